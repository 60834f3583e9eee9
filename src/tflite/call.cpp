#include "tflite/ops/call.h"

#include <cstring>

namespace mltk::tflite {
namespace {

TensorList list_of(const Subgraph& subgraph, std::size_t first_tensor, const std::vector<std::int32_t>& indices) {
  TensorList list;
  for (const std::int32_t i : indices) {
    const auto index = static_cast<std::size_t>(i);
    list.items.push_back({first_tensor + index, static_cast<std::size_t>(byte_size(subgraph.tensors[index]))});
  }
  return list;
}

void require_same(const OpContext& op, const Subgraph& called, std::string_view what,
                  const std::vector<std::int32_t>& own, const std::vector<std::int32_t>& theirs) {
  if (own.size() != theirs.size()) {
    op.fail("subgraph '{}' has {} {}; expected {}.", called.name, theirs.size(), what, own.size());
  }
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i] < 0) op.fail("{} {} is missing.", what, i);
    const Tensor& here = op.subgraph().tensors[static_cast<std::size_t>(own[i])];
    const Tensor& there = called.tensors[static_cast<std::size_t>(theirs[i])];
    if (here.type != there.type || byte_size(here) != byte_size(there)) {
      op.fail("'{}' is [{}] of {}, but '{}' of subgraph '{}' is [{}] of {}.", here.name, shape_text(here.shape),
              to_string(here.type), there.name, called.name, shape_text(there.shape), to_string(there.type));
    }
  }
}

const Subgraph& called_by(const OpContext& op, std::int32_t index) {
  const auto& subgraphs = op.model().subgraphs;
  if (index < 0 || static_cast<std::size_t>(index) >= subgraphs.size()) {
    op.fail("subgraph {} does not exist; the file has {}.", index, subgraphs.size());
  }
  return subgraphs[static_cast<std::size_t>(index)];
}

Call call(const OpContext& op, const Subgraph& called, std::size_t number) {
  const Places& places = op.places();
  return {list_of(called, places.first_tensor[number], called.inputs),
          list_of(called, places.first_tensor[number], called.outputs), &places.kernels[number]};
}

}  // namespace

void TensorList::copy_to(const TensorList& to, Buffers buffers) const {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].bytes != 0) std::memcpy(buffers[to.items[i].slot], buffers[items[i].slot], items[i].bytes);
  }
}

TensorList inputs_of(const OpContext& op, std::size_t first) {
  TensorList list;
  for (std::size_t i = first; i < op.input_count(); ++i) {
    list.items.push_back({op.input_slot(i), static_cast<std::size_t>(byte_size(op.input(i)))});
  }
  return list;
}

TensorList outputs_of(const OpContext& op) {
  TensorList list;
  for (std::size_t i = 0; i < op.output_count(); ++i) {
    list.items.push_back({op.output_slot(i), static_cast<std::size_t>(byte_size(op.output(i)))});
  }
  return list;
}

Call call_of(const OpContext& op, std::int32_t index, const std::vector<std::int32_t>& inputs,
             const std::vector<std::int32_t>& outputs) {
  const Subgraph& called = called_by(op, index);
  require_same(op, called, "inputs", inputs, called.inputs);
  require_same(op, called, "outputs", outputs, called.outputs);
  return call(op, called, static_cast<std::size_t>(index));
}

Call condition_of(const OpContext& op, std::int32_t index, const std::vector<std::int32_t>& inputs) {
  const Subgraph& called = called_by(op, index);
  require_same(op, called, "inputs", inputs, called.inputs);
  if (called.outputs.size() != 1) op.fail("the condition has {} outputs; expected one.", called.outputs.size());
  const Tensor& flag = called.tensors[static_cast<std::size_t>(called.outputs[0])];
  if (flag.type != TensorType::boolean || elements(flag) != 1) {
    op.fail("the condition gives [{}] of {}; expected one bool.", shape_text(flag.shape), to_string(flag.type));
  }
  return call(op, called, static_cast<std::size_t>(index));
}

}  // namespace mltk::tflite
