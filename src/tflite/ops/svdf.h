#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SVDF.
struct SvdfOptions {
  std::int32_t rank = 0;
  Activation activation = Activation::none;
  bool asymmetric_quantize_inputs = false;

  bool operator==(const SvdfOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "rank", rank, 0);
    v(1, "activation", activation, Activation::none);
    v(2, "asymmetric_quantize_inputs", asymmetric_quantize_inputs, false);
  }
};

}  // namespace mltk::tflite
