#include "graph/ops/sequence_lstm.h"

#include <algorithm>
#include <cmath>

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

void run(const KernelContext& context) {
  const Shape& x = context.input_shape(0);
  const std::int64_t units = context.input_shape(2)[0];
  const bool sequences = context.node->as<SequenceLstmAttributes>().sequences;
  float* gates = context.scratch;
  float* hidden = gates + 4 * units;
  float* cell = hidden + units;
  for (std::int64_t n = 0; n < context.batch; ++n) {
    std::fill_n(hidden, 2 * units, 0.0F);
    for (std::int64_t t = 0; t < x[1]; ++t) {
      std::copy_n(context.inputs[3], 4 * units, gates);
      const float* step = context.inputs[0] + (n * x[1] + t) * x[2];
      simd::gemm(1, 4 * units, x[2], {step, x[2], 1}, context.inputs[1], 4 * units, gates, 4 * units, true);
      simd::gemm(1, 4 * units, units, {hidden, units, 1}, context.inputs[2], 4 * units, gates, 4 * units, true);
      for (std::int64_t u = 0; u < units; ++u) {
        const float added = sigmoid(gates[u]) * std::tanh(gates[2 * units + u]);
        cell[u] = sigmoid(gates[units + u]) * cell[u] + added;
        hidden[u] = sigmoid(gates[3 * units + u]) * std::tanh(cell[u]);
      }
      if (sequences) std::copy_n(hidden, units, context.outputs[0] + (n * x[1] + t) * units);
    }
    if (!sequences) std::copy_n(hidden, units, context.outputs[0] + n * units);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) { return 6 * graph.shape(node.inputs[2])[0]; }

}  // namespace

extern const KernelDef sequence_lstm_def;
const KernelDef sequence_lstm_def = {.op = "sequence_lstm", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
