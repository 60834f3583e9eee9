#pragma once

#include <memory>
#include <string>
#include <vector>

#include "keras/layer.h"
#include "train/trainer.h"

namespace mltk::keras {

/// A Keras model: layers and the calls between them. Sequential models are the same with one chain of calls.
class Model {
 public:
  /// Keras' functional form: everything between `inputs` (made by InputLayers) and `outputs`.
  Model(std::string name, const std::vector<std::shared_ptr<SymbolicTensor>>& inputs,
        const std::vector<std::shared_ptr<SymbolicTensor>>& outputs, bool sequential = false);
  /// A model whose author wrote it as a class with `layers`: they hold its weights. `inputs` and `outputs` are those of
  /// its call; empty when it has none.
  Model(std::string name, const std::vector<std::shared_ptr<SymbolicTensor>>& inputs,
        const std::vector<std::shared_ptr<SymbolicTensor>>& outputs, std::vector<std::shared_ptr<Layer>> layers);

  const std::string& name() const { return name_; }
  bool sequential() const { return sequential_; }
  /// Its author wrote it as a class.
  bool subclassed() const { return subclassed_; }
  std::string class_name() const { return sequential_ ? "Sequential" : "Functional"; }
  /// As Keras' `model.layers`: by depth; a Sequential has its InputLayer only in all_layers().
  std::vector<std::shared_ptr<Layer>> layers() const;
  const std::vector<std::shared_ptr<Layer>>& all_layers() const { return layers_; }
  const std::vector<std::shared_ptr<SymbolicTensor>>& inputs() const { return inputs_; }
  const std::vector<std::shared_ptr<SymbolicTensor>>& outputs() const { return outputs_; }
  std::vector<std::string> output_names() const;
  /// Every input was declared with a batch size of one.
  bool takes_one_sample() const;
  /// Every call of a layer, inputs before users.
  const std::vector<std::shared_ptr<const LayerCall>>& calls() const { return calls_; }

  /// Keras' order of get_weights().
  std::vector<std::shared_ptr<Variable>> weights() const;
  /// The weights by owner, "layers/conv2d": places count the layers of a class, as Keras' files do.
  std::vector<StateEntry> state() const;

  /// For a model whose author wrote its class: what it is in a `.keras` file, and its weights by owner.
  void set_description(Json description, std::vector<StateEntry> state) {
    description_ = std::move(description);
    state_ = std::move(state);
  }

  /// Add the model's operators to a graph.
  std::vector<ValueId> call(Graph& graph, std::span<const ValueId> inputs, bool training,
                            const std::string& prefix = "") const;
  /// Add what regularizers of weights give to the penalties of a graph.
  void add_penalties(Graph& graph) const;
  /// The forward graph as deployed; inputs carry the names of the input layers.
  Graph inference_graph() const;
  TrainableModel to_trainable() const;

  /// Keras' get_config(). `with_modules`: as `.keras` files hold it, where each class names its module.
  Json config(bool with_modules = false) const;
  /// What a `.keras` file says of the model: its class and config.
  Json description() const;
  /// Keras' summary table.
  std::string summary() const;

 private:
  std::string name_;
  bool sequential_ = false;
  bool subclassed_ = false;
  std::vector<std::shared_ptr<SymbolicTensor>> inputs_;
  std::vector<std::shared_ptr<SymbolicTensor>> outputs_;
  std::vector<std::shared_ptr<const LayerCall>> calls_;  ///< every call, inputs before users
  std::vector<std::shared_ptr<Layer>> layers_;           ///< by falling depth
  Json description_;                                     ///< null: it follows from the layers
  std::vector<StateEntry> state_;                        ///< empty: it follows from the layers

  Graph forward_graph(bool training, bool penalties) const;
  Json inbound_nodes(const Layer& layer) const;
  Json node_of(const SymbolicTensor& tensor) const;
  Json node_of(const LayerCall& call) const;
};

/// Makes a layer that is in no table from its class name and config; null when it does not know the class.
using LayerFactory = std::function<std::shared_ptr<Layer>(const std::string& class_name, const Json& config)>;

/// Build a model from Keras' config ({"class_name": "Sequential" or "Functional", "config": {...}}). Weights get their
/// initial values. `make_custom` is asked first for each layer. Throws Error(unsupported) on layers that are not
/// supported.
std::shared_ptr<Model> model_from_config(const Json& config, const std::function<std::int64_t()>& next_seed,
                                         const LayerFactory& make_custom = nullptr);

/// JSON as Python's json.dumps writes it, which Keras' files and readers of them know.
std::string to_python_json(const Json& value);

}  // namespace mltk::keras
