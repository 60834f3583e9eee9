#include "keras/cost.h"

namespace mltk::keras {
namespace {

/// A layer with weights: each output element sums up `taps` products, and a bias.
Cost weighted(const Layer& layer, std::int64_t outputs, std::int64_t taps) {
  const std::int64_t macs = outputs * taps;
  return {macs, 2 * macs + (layer.get<bool>("use_bias") ? outputs : 0)};
}

Cost cost_of(const LayerCall& call) {
  const Layer& layer = *call.layer;
  if (layer.model()) return count_cost(*layer.model());
  if (call.inputs.empty()) return {};
  const std::string type = layer.class_name();
  const std::int64_t outputs = call.shapes[0].elements();
  const std::int64_t inputs = call.inputs[0]->shape().elements();
  if (type == "Conv2D" || type == "Conv1D" || type == "Dense") {
    const Shape& kernel = layer.weights().at(0)->value.shape();
    return weighted(layer, outputs, kernel.elements() / kernel.back());
  }
  if (type == "DepthwiseConv2D" || type == "DepthwiseConv1D") {
    const Shape& kernel = layer.weights().at(0)->value.shape();
    return weighted(layer, outputs, kernel[0] * (kernel.rank() == 4 ? kernel[1] : 1));
  }
  if (type == "Conv2DTranspose" || type == "Conv1DTranspose") {
    // Each input element is multiplied by a window of every output channel.
    const Shape& kernel = layer.weights().at(0)->value.shape();
    const std::int64_t macs = inputs * (kernel.elements() / kernel.back());
    return {macs, 2 * macs + (layer.get<bool>("use_bias") ? outputs : 0)};
  }
  if (type == "SeparableConv2D" || type == "SeparableConv1D") {
    const Shape& each = layer.weights().at(0)->value.shape();
    const Shape& mixing = layer.weights().at(1)->value.shape();
    const std::int64_t positions = outputs / mixing.back();
    const Cost second = weighted(layer, outputs, mixing.elements() / mixing.back());
    const std::int64_t first = positions * each.elements();
    return {first + second.macs, 2 * first + second.ops};
  }
  if (type.ends_with("Pooling2D") || type.ends_with("Pooling1D")) {
    if (type.starts_with("Global")) return {};
    std::int64_t taps = 1;
    for (const Json& size : layer.argument("pool_size")) taps *= size.get<std::int64_t>();
    return {0, outputs * (type.starts_with("Max") ? taps : taps + 1)};
  }
  if (type == "Activation" || type == "ReLU" || type == "Softmax" || type == "LeakyReLU") return {0, 2 * outputs};
  if (type == "Add") return {0, inputs};
  if (type == "Multiply") return {0, outputs};
  return {};
}

}  // namespace

Cost count_cost(const Model& model) {
  Cost total;
  for (const auto& call : model.calls()) {
    const Cost cost = cost_of(*call);
    total.macs += cost.macs;
    total.ops += cost.ops;
  }
  return total;
}

}  // namespace mltk::keras
