#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of BATCH_MATMUL.
struct BatchMatMulOptions {
  bool adj_x = false;
  bool adj_y = false;
  bool asymmetric_quantize_inputs = false;

  bool operator==(const BatchMatMulOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "adj_x", adj_x, false);
    v(1, "adj_y", adj_y, false);
    v(2, "asymmetric_quantize_inputs", asymmetric_quantize_inputs, false);
  }
};

}  // namespace mltk::tflite
