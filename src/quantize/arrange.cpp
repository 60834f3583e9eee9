#include "quantize/arrange.h"

#include <algorithm>
#include <map>

#include "tflite/metadata.h"
#include "tflite/runtime_version.h"

namespace mltk::quantize {
namespace {

constexpr std::string_view kRuntimeVersion = "min_runtime_version";

/// Copies tensors in the order in which they are asked for.
class Mover {
 public:
  Mover(const tflite::Model& from, tflite::Model& to) : from_(from), to_(to) {}

  void keep(std::int32_t index) {
    if (moved_.contains(index)) return;
    const tflite::Tensor& tensor = from_.subgraphs[0].tensors[static_cast<std::size_t>(index)];
    const auto& bytes = from_.buffer_of(tensor);
    auto& tensors = to_.subgraphs[0].tensors;
    if (const std::int32_t same = bytes.empty() ? -1 : find_equal(tensor, bytes); same >= 0) {
      moved_[index] = same;
      return;
    }
    moved_[index] = static_cast<std::int32_t>(tensors.size());
    tensors.push_back(tensor);
    tensors.back().buffer = static_cast<std::uint32_t>(to_.buffers.size());
    to_.buffers.push_back(bytes);
  }

  std::int32_t at(std::int32_t index) const { return index < 0 ? -1 : moved_.at(index); }

 private:
  const tflite::Model& from_;
  tflite::Model& to_;
  std::map<std::int32_t, std::int32_t> moved_;

  /// A constant kept already that differs in nothing but its name.
  std::int32_t find_equal(const tflite::Tensor& tensor, const std::vector<std::uint8_t>& bytes) const {
    const auto& kept = to_.subgraphs[0].tensors;
    const auto found = std::ranges::find_if(kept, [&](const tflite::Tensor& other) {
      return other.type == tensor.type && other.shape == tensor.shape && other.quantization == tensor.quantization &&
             to_.buffer_of(other) == bytes;
    });
    return found == kept.end() ? -1 : static_cast<std::int32_t>(found - kept.begin());
  }
};

}  // namespace

tflite::Model arrange(const tflite::Model& model, Versions versions) {
  tflite::Model result{.description = model.description};
  const tflite::Subgraph& from = model.subgraphs.at(0);
  result.subgraphs.emplace_back().name = from.name;
  Mover mover(model, result);
  for (const std::int32_t index : from.inputs) mover.keep(index);
  for (auto op = from.operators.rbegin(); op != from.operators.rend(); ++op) {
    for (auto input = op->inputs.rbegin(); input != op->inputs.rend(); ++input) {
      if (*input < 0) continue;
      const tflite::Tensor& tensor = from.tensors[static_cast<std::size_t>(*input)];
      if (tensor.is_variable || !model.buffer_of(tensor).empty()) mover.keep(*input);
    }
  }
  for (const tflite::Operator& op : from.operators) {
    for (const std::int32_t index : op.inputs) {
      if (index >= 0) mover.keep(index);  // what no operator makes: state
    }
    for (const std::int32_t index : op.intermediates) mover.keep(index);
    for (const std::int32_t index : op.outputs) mover.keep(index);
  }
  tflite::Subgraph& to = result.subgraphs[0];
  for (const std::int32_t index : from.inputs) to.inputs.push_back(mover.at(index));
  for (const std::int32_t index : from.outputs) to.outputs.push_back(mover.at(index));
  for (tflite::Operator op : from.operators) {
    for (std::int32_t& index : op.inputs) index = mover.at(index);
    for (std::int32_t& index : op.outputs) index = mover.at(index);
    for (std::int32_t& index : op.intermediates) index = mover.at(index);
    to.operators.push_back(std::move(op));
  }
  set_versions(to, versions);
  for (tflite::Signature signature : model.signatures) {
    for (auto* tensors : {&signature.inputs, &signature.outputs}) {
      for (tflite::SignatureTensor& tensor : *tensors) {
        tensor.tensor = static_cast<std::uint32_t>(mover.at(static_cast<std::int32_t>(tensor.tensor)));
      }
    }
    result.signatures.push_back(std::move(signature));
  }
  const auto* release = tflite::find_metadata(model, kRuntimeVersion);
  if (versions == Versions::old_quantizer && release != nullptr) {
    tflite::set_metadata(result, kRuntimeVersion, *release);
  } else {
    tflite::set_min_runtime_version(result);
  }
  return result;
}

}  // namespace mltk::quantize
