#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "tflite/model.h"

namespace mltk::tflite {

struct OptionsCodec;

/// The bytes of every tensor of the subgraph by tensor index, then of every scratch buffer.
using Buffers = std::span<std::uint8_t* const>;

/// Computes an operator's outputs from its inputs. Holds no state: it may run in several threads at once, each with
/// buffers of its own.
using Kernel = std::function<void(Buffers)>;

/// Thrown by a kernel that has enough of this inference: no later operator runs, the outputs keep what they have.
struct InferenceEnds {};

/// Where the buffers of a model stand in Buffers, and how operators reach other subgraphs. Kernels keep a pointer.
struct Places {
  std::vector<std::size_t> first_tensor;                ///< of each subgraph
  std::vector<std::vector<std::size_t>> first_scratch;  ///< of each operator of each subgraph
  std::vector<std::vector<std::size_t>> state;          ///< of each operator: what it keeps between inferences
  std::map<std::string, std::size_t> variables;         ///< of each resource variable, by its name
  std::vector<std::vector<Kernel>> kernels;             ///< filled subgraph by subgraph
};

/// Which kernels an operator computes with; both give the same bytes.
enum class KernelSet {
  reference,  ///< the plain ones of record, src/micro
  simd,       ///< those of src/simd where there is one
};

/// An operator in its place, for the functions of OpDef. Every accessor throws Error(invalid_model), naming the
/// operator, when what is asked for is missing.
class OpContext {
 public:
  /// An operator of a subgraph without a place of its own: for checks, costs and arena.
  OpContext(const Model& model, const Subgraph& subgraph, std::size_t index, std::size_t first_scratch = 0,
            KernelSet kernels = KernelSet::reference)
      : model_(model), subgraph_(subgraph), index_(index), first_scratch_(first_scratch), kernels_(kernels) {}
  /// An operator that will run, among `places`.
  OpContext(const Model& model, std::size_t subgraph, std::size_t index, const Places& places, KernelSet kernels)
      : model_(model),
        subgraph_(model.subgraphs[subgraph]),
        index_(index),
        first_scratch_(places.first_scratch[subgraph][index]),
        kernels_(kernels),
        first_tensor_(places.first_tensor[subgraph]),
        state_(places.state[subgraph][index]),
        places_(&places) {}

  const Model& model() const { return model_; }
  const Subgraph& subgraph() const { return subgraph_; }
  const Operator& op() const { return subgraph_.operators[index_]; }
  std::size_t input_count() const { return op().inputs.size(); }
  std::size_t output_count() const { return op().outputs.size(); }

  const Tensor& input(std::size_t i) const;
  const Tensor& output(std::size_t i = 0) const;
  const Tensor& intermediate(std::size_t i) const;
  /// Null when the optional input is absent.
  const Tensor* optional_input(std::size_t i) const;
  /// Places in Buffers; SIZE_MAX for an absent optional input.
  std::size_t input_slot(std::size_t i) const;
  std::size_t output_slot(std::size_t i = 0) const;
  std::size_t scratch_slot(std::size_t i) const { return first_scratch_ + i; }
  /// Of OpDef::state, which is zero when the model is reset.
  std::size_t state_slot() const { return state_; }
  /// Places of all subgraphs. Throws where the operator has none.
  const Places& places() const;

  bool wants_simd() const { return kernels_ == KernelSet::simd; }
  bool is_constant(const Tensor& tensor) const { return !model_.buffer_of(tensor).empty(); }
  /// The values of a constant int32 input (axes, paddings, sizes), which must not depend on the data.
  std::vector<std::int32_t> constant_int32(std::size_t i) const;
  /// The same for one of int32 or int64.
  std::vector<std::int64_t> constant_integers(std::size_t i) const;

  template <class T>
  T options() const {
    return options_as<T>(op());
  }

  /// "CONV_2D 'name of the output' (operator 3)"
  std::string where() const;
  /// Throw Error(invalid_model): "<where>: <message>".
  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    mltk::fail(ErrorKind::invalid_model, "{}: {}", where(), fmt::format(format, std::forward<Args>(args)...));
  }
  /// Throw Error(unsupported) that names the operator, its version and the types of its tensors.
  [[noreturn]] void fail_types() const;

 private:
  const Model& model_;
  const Subgraph& subgraph_;
  std::size_t index_;
  std::size_t first_scratch_;
  KernelSet kernels_;
  std::size_t first_tensor_ = 0;
  std::size_t state_ = 0;
  const Places* places_ = nullptr;
};

/// Bytes that TensorFlow Lite Micro's kernel asks for: on 64-bit hosts and on 32-bit devices (i386 layout).
struct ArenaBytes {
  std::int64_t on_64 = 0;
  std::int64_t on_32 = 0;
  std::int64_t alignment = 16;  ///< 0: that of a pointer
};

/// The kernels in a device's build of TensorFlow Lite Micro. All give the same bytes; they differ in the memory that
/// they ask for.
enum class DeviceKernels {
  reference,
  cmsis_nn_c,    ///< CMSIS-NN in plain C: Cortex-M0, M0+, M3
  cmsis_nn,      ///< with the DSP extension: Cortex-M4, M7, M33
  cmsis_nn_mve,  ///< with Helium: Cortex-M55, M85
};
/// "reference", "cmsis-nn-c", "cmsis-nn", "cmsis-nn-mve".
std::string_view to_string(DeviceKernels kernels);
/// Throws Error(invalid_argument) with the names that there are.
DeviceKernels device_kernels(std::string_view name);

/// What a kernel keeps in the arena beside the tensors.
struct KernelMemory {
  ArenaBytes data{0, 0, 16};        ///< allocated at Init
  std::vector<ArenaBytes> arrays;   ///< allocated at Prepare
  std::vector<ArenaBytes> scratch;  ///< alive while the operator runs
};

/// Work of one inference, as MLTK counts it: `mltk profile` and `mltk summarize` differ.
struct OpCost {
  std::int64_t macs = 0;
  std::int64_t profile_ops = 0;  ///< with the fused activation
  std::int64_t summary_ops = 0;  ///< without
};

/// What a quantized kernel computes with, by the names of TensorFlow Lite Micro's fields.
using KernelParameter = std::variant<std::int64_t, std::vector<std::int32_t>>;
using KernelParameters = std::vector<std::pair<std::string, KernelParameter>>;

/// One operator: what the reader, the writer, the interpreter, the arena and the reports know about it.
/// Members that are null: the operator has no such thing; without `prepare` it cannot run.
struct OpDef {
  BuiltinOperator code;
  /// Of a custom operator: its name in the file.
  std::string_view custom_code = {};
  const OptionsCodec* options = nullptr;
  /// The report's "Options" column; null for "Type=<options type>".
  std::string (*options_text)(const Operator&) = nullptr;
  /// Null for operators that MLTK does not count.
  OpCost (*cost)(const OpContext&) = nullptr;
  /// Check the operator and compute its fixed-point parameters once.
  Kernel (*prepare)(const OpContext&) = nullptr;
  /// Of an operator with quantized tensors; empty when its tensors are not quantized.
  KernelParameters (*parameters)(const OpContext&) = nullptr;
  /// The subgraphs that the operator runs, by index; unchecked.
  std::vector<std::int32_t> (*subgraphs)(const Operator&) = nullptr;
  /// Bytes that it keeps between inferences; they are 0 at first.
  std::int64_t (*state)(const OpContext&) = nullptr;
  bool on_device = true;                                          ///< TensorFlow Lite Micro has it
  ArenaBytes parsed_options{0, 0, 4};                             ///< tflite-micro's parsed option struct
  ArenaBytes data{0, 0, 16};                                      ///< its kernel's data, allocated at Init
  ArenaBytes (*init_data)(const OpContext&) = nullptr;            ///< the same where the options decide
  std::vector<ArenaBytes> (*arrays)(const OpContext&) = nullptr;  ///< and at Prepare
  std::vector<ArenaBytes> (*scratch)(const OpContext&) = nullptr;
  /// What CMSIS-NN's kernel keeps; null where a build with CMSIS-NN has the reference kernel, or one that keeps as
  /// much.
  KernelMemory (*cmsis_nn)(const OpContext&, DeviceKernels) = nullptr;
  /// What the device's kernel opens when it is prepared, in its order: an input as its number, an output as ~number.
  /// Each takes memory until the operator is prepared. Null where it opens each input and output once.
  std::vector<int> (*opened)(const OpContext&, DeviceKernels) = nullptr;
  /// Whether the device's kernel takes the operator's types; null where it takes all that `prepare` takes.
  bool (*device_takes)(const OpContext&) = nullptr;
};

/// For OpDef::device_takes: the output has one of these types.
template <TensorType... types>
bool makes(const OpContext& op) {
  return ((op.output().type == types) || ...);
}

/// For OpDef::opened: always these operands.
template <int... operands>
std::vector<int> opens(const OpContext&, DeviceKernels) {
  return {operands...};
}

/// All operators that have a definition.
std::span<const OpDef* const> op_table();
/// Null when there is none.
const OpDef* find_op(const Operator& op);
/// The same for an operator of the schema.
const OpDef* find_op(BuiltinOperator code);
/// Bytes that the operator keeps between inferences.
std::int64_t state_bytes(const OpContext& op);

/// The fields of the options, with the defaults of those that the file leaves out; empty for an operator without
/// options and for one whose options are opaque.
std::vector<OptionField> options_of(const Operator& op);
/// The file's BuiltinOptions number; 0 for an operator without options.
std::uint8_t options_type_of(const Operator& op);
/// "Padding:Same stride:2x2 activation:Relu", "Type=none".
std::string options_text(const Operator& op);
/// Zero for operators that MLTK does not count.
OpCost cost_of(const OpContext& op);
/// Empty for operators whose parameters are not told.
KernelParameters parameters_of(const OpContext& op);
/// For an operator with a definition.
KernelMemory memory_of(const OpContext& op, DeviceKernels kernels);
/// As OpDef::opened, for an operator with a definition.
std::vector<int> operands_opened(const OpContext& op, DeviceKernels kernels);

}  // namespace mltk::tflite
