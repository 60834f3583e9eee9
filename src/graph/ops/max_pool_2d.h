#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef max_pool_2d_def;

struct MaxPool2dAttributes {
  Window2d window;
};

namespace ops {
/// input [N, H, W, C]    returns [N, P, Q, C]; padded elements do not count
ValueId max_pool_2d(Graph& graph, ValueId input, MaxPool2dAttributes attributes);
}  // namespace ops

}  // namespace mltk
