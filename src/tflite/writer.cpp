#include "tflite/writer.h"

#include <algorithm>

#include "schema_generated.h"
#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

using flatbuffers::Offset;

class Writer {
 private:
  template <class T, class Function>
  auto each(const std::vector<T>& items, Function function) {
    std::vector<decltype(function(items.front()))> offsets;
    for (const T& item : items) offsets.push_back(function(item));
    return builder_.CreateVector(offsets);
  }

 public:
  explicit Writer(const Model& model) : model_(model) {}

  std::vector<std::uint8_t> write() {
    const auto subgraphs = each(model_.subgraphs, [&](const Subgraph& subgraph) { return write_subgraph(subgraph); });
    const auto codes = builder_.CreateVector(codes_);
    const auto buffers = each(model_.buffers, [&](const std::vector<std::uint8_t>& data) {
      return fbs::CreateBuffer(builder_, aligned(data));
    });
    const auto metadata = each(model_.metadata, [&](const Metadata& entry) {
      return fbs::CreateMetadata(builder_, builder_.CreateString(entry.name), entry.buffer);
    });
    const auto signatures = each(model_.signatures, [&](const Signature& signature) {
      const auto map = [&](const SignatureTensor& entry) {
        return fbs::CreateTensorMap(builder_, builder_.CreateString(entry.name), entry.tensor);
      };
      const auto inputs = each(signature.inputs, map);
      const auto outputs = each(signature.outputs, map);
      return fbs::CreateSignatureDef(builder_, inputs, outputs, builder_.CreateString(signature.key),
                                     signature.subgraph);
    });
    const auto description = builder_.CreateString(model_.description);
    fbs::FinishModelBuffer(builder_, fbs::CreateModel(builder_, model_.version, codes, subgraphs, description, buffers,
                                                      0, metadata, signatures));
    return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
  }

 private:
  template <class T>
  Offset<flatbuffers::Vector<T>> unless_empty(const std::vector<T>& values) {
    return values.empty() ? 0 : builder_.CreateVector(values);
  }

  Offset<flatbuffers::Vector<std::uint8_t>> aligned(const std::vector<std::uint8_t>& data) {
    if (data.empty()) return 0;
    builder_.ForceVectorAlignment(data.size(), 1, 16);
    return builder_.CreateVector(data);
  }

  Offset<fbs::SubGraph> write_subgraph(const Subgraph& subgraph) {
    const auto tensors = each(subgraph.tensors, [&](const Tensor& tensor) { return write_tensor(tensor); });
    const auto operators = each(subgraph.operators, [&](const Operator& op) { return write_operator(op); });
    const auto inputs = builder_.CreateVector(subgraph.inputs);
    const auto outputs = builder_.CreateVector(subgraph.outputs);
    return fbs::CreateSubGraph(builder_, tensors, inputs, outputs, operators, builder_.CreateString(subgraph.name));
  }

  Offset<fbs::Tensor> write_tensor(const Tensor& tensor) {
    const Quantization& q = tensor.quantization;
    Offset<fbs::QuantizationParameters> quantization;
    if (q != Quantization{}) {
      const auto min = unless_empty(q.min);
      const auto max = unless_empty(q.max);
      const auto scale = unless_empty(q.scale);
      const auto zero_point = unless_empty(q.zero_point);
      quantization =
          fbs::CreateQuantizationParameters(builder_, min, max, scale, zero_point, 0, 0, q.quantized_dimension);
    }
    const auto shape = builder_.CreateVector(tensor.shape);
    const auto signature = unless_empty(tensor.shape_signature);
    const auto name = builder_.CreateString(tensor.name);
    return fbs::CreateTensor(builder_, shape, static_cast<std::int8_t>(tensor.type), tensor.buffer, name, quantization,
                             tensor.is_variable, 0, signature, tensor.has_rank);
  }

  Offset<fbs::Operator> write_operator(const Operator& op) {
    const auto code = operator_code(op);
    const auto [options, options_type] = write_options(op);
    const auto inputs = builder_.CreateVector(op.inputs);
    const auto outputs = builder_.CreateVector(op.outputs);
    const auto custom_options = unless_empty(op.custom_options);
    const auto mutating = unless_empty(op.mutating_variable_inputs);
    const auto intermediates = unless_empty(op.intermediates);
    return fbs::CreateOperator(builder_, code, inputs, outputs, options_type, options, custom_options, 0, mutating,
                               intermediates);
  }

  std::pair<Offset<fbs::AnyTable>, std::uint8_t> write_options(const Operator& op) {
    if (!op.options.has_value()) return {0, 0};
    const OpDef* def = find_op(op);
    const bool has_codec = def != nullptr && def->options != nullptr;
    if (!has_codec && std::any_cast<EmptyOptions>(&op.options) != nullptr) return {0, 0};
    if (!has_codec) {
      fail(ErrorKind::unsupported, "{}: its options are not known and cannot be written; the operator is not defined.",
           to_string(op.code));
    }
    OptionsWriter writer(builder_);
    return {def->options->write(op.options, writer), def->options->type};
  }

  /// Index of the operator's code; added when it is new.
  std::uint32_t operator_code(const Operator& op) {
    const auto same = [&](const Operator* other) {
      return other->code == op.code && other->custom_code == op.custom_code && other->version == op.version;
    };
    const auto found = std::find_if(distinct_.begin(), distinct_.end(), same);
    if (found != distinct_.end()) return static_cast<std::uint32_t>(found - distinct_.begin());
    constexpr std::int32_t kPlaceholder = 127;  // in the byte-sized field of old readers
    const auto number = static_cast<std::int32_t>(op.code);
    const auto custom_code = op.custom_code.empty() ? 0 : builder_.CreateString(op.custom_code);
    codes_.push_back(fbs::CreateOperatorCode(builder_, static_cast<std::int8_t>(std::min(number, kPlaceholder)),
                                             custom_code, op.version, number));
    distinct_.push_back(&op);
    return static_cast<std::uint32_t>(distinct_.size() - 1);
  }

  const Model& model_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<const Operator*> distinct_;  // the operator that first used each code
  std::vector<Offset<fbs::OperatorCode>> codes_;
};

}  // namespace

std::vector<std::uint8_t> write_model(const Model& model) { return Writer(model).write(); }

}  // namespace mltk::tflite
