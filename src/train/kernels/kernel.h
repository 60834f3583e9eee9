#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "graph/graph.h"
#include "train/plan.h"

namespace mltk::kernels {

/// What a kernel reads and writes when it runs a node on one slice of the batch (or, for a node without batched
/// values, once).
struct KernelContext {
  const Graph* graph = nullptr;
  const Node* node = nullptr;
  std::span<const float* const> inputs;  ///< of batched inputs, the slice's first sample
  std::span<float* const> outputs;
  std::int64_t batch = 1;         ///< samples in the slice
  std::int64_t first_sample = 0;  ///< index of the first in the batch
  const StepInfo* step = nullptr;
  float* scratch = nullptr;       ///< as many floats as KernelDef::scratch asked for
  const float* packed = nullptr;  ///< what KernelDef::pack made
  bool add = false;               ///< of kernels with KernelDef::adds: add to what the outputs hold

  const Shape& input_shape(std::size_t i) const { return graph->shape(node->inputs[i]); }
  const Shape& output_shape(std::size_t i = 0) const { return graph->shape(node->outputs[i]); }
  /// Elements of the whole slice.
  std::int64_t elements(const Shape& shape) const { return shape.elements() * (shape.batched() ? batch : 1); }
};

/// The float implementation of a graph operator, one file each.
struct KernelDef {
  std::string_view op;
  void (*run)(const KernelContext& context) = nullptr;
  /// Floats of scratch memory that run() needs for a slice of `batch` samples; null: none.
  std::int64_t (*scratch)(const Graph& graph, const Node& node, std::int64_t batch) = nullptr;
  /// Another order of the second input (a filter, a matrix) that run() reads in its place, made once a step where the
  /// input is the same for all slices; `pack` writes as many floats as `packed_floats` says. Null: none.
  std::int64_t (*packed_floats)(const Graph& graph, const Node& node) = nullptr;
  void (*pack)(const Graph& graph, const Node& node, const float* input, float* packed) = nullptr;
  /// A reduction over the batch that can add to its outputs.
  bool adds = false;
};

std::span<const KernelDef* const> kernel_table();
const KernelDef& find_kernel(std::string_view op);

}  // namespace mltk::kernels
