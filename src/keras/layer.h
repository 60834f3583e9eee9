#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace mltk::keras {

/// JSON that keeps the order of keys: Keras' files do.
using Json = nlohmann::ordered_json;

class Model;

/// What an argument of a layer may be; decides its check and its form in the layer's config.
enum class ArgumentKind : std::uint8_t {
  positive,       ///< whole number >= 1
  number,         ///< real number
  rate,           ///< real number in [0, 1)
  flag,           ///< True or False
  pair,           ///< one whole number >= 1 or two: [height, width]
  optional_pair,  ///< as pair, or None
  single,         ///< one whole number >= 1 or a list of one, kept as a list
  optional_single,
  optional_sizes,  ///< one whole number >= 0 or two, or None
  optional_size,   ///< one whole number >= 0 or a list of one, kept as a list, or None
  padding,         ///< "valid" or "same"
  causal_padding,  ///< "valid", "same" or "causal"
  data_format,     ///< "channels_last"
  activation,      ///< name of an activation
  initializer,
  regularizer,    ///< or None
  constraint,     ///< or None
  unsupported,    ///< only None
  off,            ///< only False or 0
  shape,          ///< list of whole numbers
  borders,        ///< zero padding and cropping: n, [rows, columns] or [[top, bottom], [left, right]]
  borders_1d,     ///< zero padding and cropping of one axis: n or [before, after]
  axis,           ///< whole number
  axes,           ///< whole number or a list of them
  interpolation,  ///< "nearest", "bilinear" or "bicubic"
  layer,          ///< another layer, as {"class_name", "config"}
  json,           ///< anything; the layer checks it
};

/// One argument: its name, kind, default as JSON text ("" = required), and meaning. Listed in the order of Keras'
/// constructor.
struct ArgumentDef {
  std::string_view name;
  ArgumentKind kind;
  std::string_view default_value;
  std::string_view meaning;
  std::string_view none_means = {};  ///< argument whose value None stands for
};

/// A weight, in Keras' order.
struct WeightDef {
  std::string name;  ///< "kernel"
  Shape shape;
  std::string initializer;  ///< argument that holds it, or a class name ("Zeros")
  std::string regularizer;  ///< argument that holds it, or ""
  bool trainable = true;
  /// Changes the initial values, where Keras does more than its initializer.
  void (*adjust)(std::span<float> values) = nullptr;
};

/// Weights that stand together in Keras' files of objects: the place of their owner, "layers/conv2d", and the weights
/// in the order of their numbers there.
struct StateEntry {
  std::string path;
  std::vector<std::shared_ptr<Variable>> variables;
};

/// Append the entries of an object that stands at `path`.
void append_state(std::vector<StateEntry>& entries, const std::string& path, std::vector<StateEntry> inner);

class Layer;

/// What a layer's call works on.
struct CallContext {
  Graph& graph;
  const Layer& layer;
  std::span<const ValueId> inputs;
  bool training = false;
  std::vector<ValueId> masks = {};   ///< of the inputs; invalid: all of it counts
  bool zero_masked_outputs = false;  ///< of a recurrent layer: outputs of masked steps are 0, not the ones before

  ValueId input() const { return inputs[0]; }
  const Shape& shape() const { return graph.shape(inputs[0]); }
  ValueId mask() const { return masks.empty() ? ValueId{} : masks[0]; }
  /// Value of the layer's weight by name.
  ValueId weight(std::string_view name) const;
};

/// A Keras layer, one file each in keras/layers/: its arguments, its weights, and a call that composes graph operators.
struct LayerDef {
  std::string_view class_name;
  std::span<const ArgumentDef> arguments;
  std::size_t most_inputs = 1;
  /// Weights for inputs of these shapes; null: none. Throws Error(invalid_argument) when the shapes do not fit.
  std::vector<WeightDef> (*weights)(const Layer& layer, std::span<const Shape> inputs) = nullptr;
  ValueId (*call)(const CallContext& context) = nullptr;
  /// In place of call, for a layer of several results.
  std::vector<ValueId> (*call_all)(const CallContext& context) = nullptr;
  /// Layers inside this one; null: none. Their weights are those of the layer.
  std::vector<std::shared_ptr<Layer>> (*children)(const Layer& layer) = nullptr;
  /// The shape of what a child is called on.
  Shape (*child_input)(const Layer& layer, const Shape& input) = nullptr;
  bool named_children = true;  ///< names of weights contain the child's
  /// Keras' attributes of the layers inside, in the order of `children`.
  std::span<const std::string_view> child_paths = {};
  /// Keras' attribute that owns the weights; "": the layer itself.
  std::string_view state_path = {};
  /// The mask of the first result; null: it has none, or the call sets it.
  ValueId (*mask)(const CallContext& context) = nullptr;
};

/// LayerDef::mask of layers whose result counts where all inputs count.
ValueId keep_mask(const CallContext& context);

/// A layer that is in no table: its author wrote build() and call(). One object belongs to one Layer.
class CustomLayer {
 public:
  CustomLayer() = default;
  CustomLayer(const CustomLayer&) = delete;
  CustomLayer& operator=(const CustomLayer&) = delete;
  virtual ~CustomLayer() = default;

  virtual std::string class_name() const = 0;
  /// get_config(), "name" included.
  virtual Json config() const = 0;
  /// Make the weights that do not wait for call(). Their names begin with `scope`.
  virtual void build(std::span<const Shape> inputs, const std::string& scope) = 0;
  /// Add the layer's operators. `keywords` are what the call got beside tensors; {"$tensor": k} stands for inputs[k].
  virtual std::vector<ValueId> call(Graph& graph, std::span<const ValueId> inputs, bool training,
                                    const Json& keywords) const = 0;
  /// In Keras' order. Complete after the first call.
  virtual std::vector<std::shared_ptr<Variable>> weights() const = 0;
  /// The weights by owner: the layer itself ("") and the layers in its attributes.
  virtual std::vector<StateEntry> state() const = 0;
  /// The Python module of its class, for files; "": none is written.
  virtual std::string module() const = 0;
  virtual bool trainable() const = 0;
  virtual void set_trainable(bool value) = 0;
  /// Add what regularizers of weights give to the penalties of a graph.
  virtual void add_penalties(Graph& graph) const = 0;
};

std::span<const LayerDef* const> layer_table();
/// Throws Error(unsupported) with near names.
const LayerDef& find_layer(std::string_view class_name);

/// Keras' rule for automatic names: "BatchNormalization" -> "batch_normalization", "Conv2D" -> "conv2d".
std::string snake_case(std::string_view class_name);

/// A batch size as it stands in a `batch_input_shape`: null when it is open.
Json batch_size_json(std::int64_t size);

/// A layer of a model: its configuration, and once built its weights.
class Layer {
 public:
  /// Check the arguments, put defaults, and keep the result as Keras' config. `arguments` holds constructor arguments
  /// by name (also "name", "trainable", "dtype", "input_shape", "batch_input_shape", "batch_size").
  /// Throws Error with the layer and the line of the specification.
  Layer(std::string_view class_name, std::string name, const Json& arguments, SourceLocation source = {});
  /// A model used as a layer.
  explicit Layer(std::shared_ptr<Model> model, SourceLocation source = {});
  /// A layer that its author wrote. `arguments` holds "input_shape", "batch_input_shape" and "batch_size" if given.
  Layer(std::unique_ptr<CustomLayer> custom, std::string name, const Json& arguments, SourceLocation source = {});

  const std::string& name() const { return name_; }
  const LayerDef* def() const { return def_; }
  std::string class_name() const;
  const std::shared_ptr<Model>& model() const { return model_; }
  /// Null unless its author wrote the layer.
  const CustomLayer* custom() const { return custom_.get(); }
  const SourceLocation& source() const { return source_; }
  /// Keras' get_config().
  Json config() const;
  bool is_input() const { return def_ != nullptr && def_->class_name == "InputLayer"; }
  /// `input_shape` or `batch_input_shape` of the constructor, kBatch first; rank 0 when not given.
  const Shape& given_input_shape() const { return given_input_shape_; }
  /// `batch_size`, or the first size of `batch_input_shape`, of the constructor; kBatch when it is open.
  std::int64_t given_batch_size() const { return given_batch_size_; }

  template <class T>
  T get(std::string_view argument) const {
    return config_.at(std::string(argument)).get<T>();
  }
  const Json& argument(std::string_view name) const { return config_.at(std::string(name)); }

  bool trainable() const;
  void set_trainable(bool value);

  bool built() const { return built_; }
  /// Create the weights, drawn by their initializers. `next_seed` gives the seed of an initializer that has none, one
  /// a call. Names of weights begin with the layer's name.
  void build(std::span<const Shape> inputs, const std::function<std::int64_t()>& next_seed) {
    build(inputs, next_seed, name_ + "/");
  }
  /// The same with another beginning of the names, "outer/inner/".
  void build(std::span<const Shape> inputs, const std::function<std::int64_t()>& next_seed, const std::string& scope);

  /// In Keras' order: trainable ones, then the others.
  std::vector<std::shared_ptr<Variable>> weights() const;
  std::shared_ptr<Variable> weight(std::string_view name) const;
  /// The weights by owner, paths relative to the layer.
  std::vector<StateEntry> state() const;

  /// Add the layer's operators to a graph. The nodes carry the layer's name and line.
  /// `keywords`: what the call got beside its inputs; "training" replaces the argument.
  std::vector<ValueId> call_all(Graph& graph, std::span<const ValueId> inputs, bool training,
                                const std::string& prefix = "", const Json& keywords = Json::object()) const;
  /// The first result.
  ValueId call(Graph& graph, std::span<const ValueId> inputs, bool training, const std::string& prefix = "") const {
    return call_all(graph, inputs, training, prefix).at(0);
  }
  /// Add what regularizers of weights give to the penalties of a graph.
  void add_penalties(Graph& graph) const;

  const std::vector<std::shared_ptr<Layer>>& children() const { return children_; }

  /// Throw Error(kind) that starts with the layer and ends with the line of the specification.
  [[noreturn]] void reject(ErrorKind kind, std::string_view text) const;

 private:
  const LayerDef* def_ = nullptr;
  std::shared_ptr<Model> model_;
  std::unique_ptr<CustomLayer> custom_;
  std::string name_;
  SourceLocation source_;
  Json config_;
  Shape given_input_shape_;
  std::int64_t given_batch_size_ = kBatch;
  bool built_ = false;
  std::vector<std::shared_ptr<Variable>> weights_;
  std::vector<WeightDef> weight_defs_;  // by weight; empty when the weights are those of layers inside
  std::vector<std::shared_ptr<Layer>> children_;

  void build_children(std::span<const Shape> inputs, const std::function<std::int64_t()>& next_seed,
                      const std::string& scope);
  void read_input_shape(const Json& arguments);
  void read_arguments(const Json& arguments);
};

/// A layer from Keras' {"class_name", "config"}.
std::shared_ptr<Layer> layer_from_json(const Json& value);

struct SymbolicTensor;

/// A layer that is called on values of the graph of layers that a specification writes.
struct LayerCall {
  std::shared_ptr<Layer> layer;
  std::vector<std::shared_ptr<SymbolicTensor>> inputs;  ///< those of `keywords` come last
  Json keywords = Json::object();  ///< beside the inputs, {"training": false}; {"$tensor": k} stands for inputs[k]
  std::vector<Shape> shapes;       ///< of the results
  std::vector<Shape> masks = {};   ///< of the results' masks; rank 0: there is none
};

/// One result of a call: Keras' KerasTensor.
struct SymbolicTensor {
  std::shared_ptr<const LayerCall> call;
  std::size_t index = 0;  ///< among the results of the call

  const std::shared_ptr<Layer>& layer() const { return call->layer; }
  const Shape& shape() const { return call->shapes[index]; }
  /// Of the mask; rank 0: there is none.
  Shape mask() const { return index < call->masks.size() ? call->masks[index] : Shape{}; }
};

/// Call a layer on symbolic tensors: builds it on its first call and works out the shapes of the results.
std::vector<std::shared_ptr<SymbolicTensor>> call_layer_all(const std::shared_ptr<Layer>& layer,
                                                            std::vector<std::shared_ptr<SymbolicTensor>> inputs,
                                                            const std::function<std::int64_t()>& next_seed,
                                                            Json keywords = Json::object());
/// The same for a layer of one result.
std::shared_ptr<SymbolicTensor> call_layer(const std::shared_ptr<Layer>& layer,
                                           std::vector<std::shared_ptr<SymbolicTensor>> inputs,
                                           const std::function<std::int64_t()>& next_seed);

}  // namespace mltk::keras
