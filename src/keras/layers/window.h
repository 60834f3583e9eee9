#pragma once

#include "graph/ops/conv_2d.h"
#include "keras/layer.h"

namespace mltk::keras {

/// Throws Error(invalid_argument) unless the input has `rank` axes; `axes` names them.
void check_rank(const Shape& input, std::size_t rank, std::string_view axes);

/// The window of a convolution or pooling layer from `size`, `strides` (None: as size), `dilation_rate` and `padding`.
Window2d window_of(const Layer& layer, const Json& size);

/// A kernel of `shape` with the layer's kernel_* arguments and, if the layer has one, a bias of `units` values.
std::vector<WeightDef> kernel_and_bias(const Layer& layer, Shape shape, std::int64_t units);

/// The kernels of a separable convolution over the axes of `kernel_size`: one for each channel, one that mixes them;
/// and its bias, if it has one.
std::vector<WeightDef> separable_weights(const Layer& layer, const Shape& input);

/// Add the layer's bias, if it has one, and apply its activation.
ValueId with_bias_and_activation(const CallContext& context, ValueId y);

}  // namespace mltk::keras
