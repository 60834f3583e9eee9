#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef average_pool_2d_def;

struct AveragePool2dAttributes {
  Window2d window;
};

namespace ops {
/// input [N, H, W, C]    returns [N, P, Q, C]; padded elements do not count
ValueId average_pool_2d(Graph& graph, ValueId input, AveragePool2dAttributes attributes);
}  // namespace ops

}  // namespace mltk
