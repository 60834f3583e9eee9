#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef depthwise_conv_2d_def;

struct DepthwiseConv2dAttributes {
  Window2d window;
};

namespace ops {
/// input [N, H, W, C]    filter [KH, KW, C, M]    returns [N, P, Q, C * M], channel c * M + m
ValueId depthwise_conv_2d(Graph& graph, ValueId input, ValueId filter, DepthwiseConv2dAttributes attributes);
}  // namespace ops

}  // namespace mltk
