#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of FULLY_CONNECTED.
struct FullyConnectedOptions {
  Activation activation = Activation::none;
  std::int8_t weights_format = 0;
  bool keep_num_dims = false;
  bool asymmetric_quantize_inputs = false;
  TensorType quantized_bias_type = TensorType::float32;

  bool operator==(const FullyConnectedOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "activation", activation, Activation::none);
    v(1, "weights_format", weights_format, 0);
    v(2, "keep_num_dims", keep_num_dims, false);
    v(3, "asymmetric_quantize_inputs", asymmetric_quantize_inputs, false);
    v(4, "quantized_bias_type", quantized_bias_type, TensorType::float32);
  }
};

}  // namespace mltk::tflite
