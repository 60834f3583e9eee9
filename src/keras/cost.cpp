#include "keras/cost.h"

namespace mltk::keras {
namespace {

/// A layer with weights: each output element sums up `taps` products, and a bias.
Cost weighted(const Layer& layer, std::int64_t outputs, std::int64_t taps) {
  const std::int64_t macs = outputs * taps;
  return {macs, 2 * macs + (layer.get<bool>("use_bias") ? outputs : 0)};
}

Cost cost_of(const SymbolicTensor& call) {
  const Layer& layer = *call.layer;
  if (layer.model()) return count_cost(*layer.model());
  if (call.inputs.empty()) return {};
  const std::string type = layer.class_name();
  const std::int64_t outputs = call.shape.elements();
  const std::int64_t inputs = call.inputs[0]->shape.elements();
  if (type == "Conv2D" || type == "Dense") {
    const Shape& kernel = layer.weights().at(0)->value.shape();
    return weighted(layer, outputs, kernel.elements() / kernel.back());
  }
  if (type == "DepthwiseConv2D") {
    const Shape& kernel = layer.weights().at(0)->value.shape();
    return weighted(layer, outputs, kernel[0] * kernel[1]);
  }
  if (type == "MaxPooling2D" || type == "AveragePooling2D") {
    const Json& size = layer.argument("pool_size");
    const std::int64_t taps = size[0].get<std::int64_t>() * size[1].get<std::int64_t>();
    return {0, outputs * (type == "MaxPooling2D" ? taps : taps + 1)};
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
