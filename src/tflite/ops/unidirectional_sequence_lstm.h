#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of UNIDIRECTIONAL_SEQUENCE_LSTM.
struct UnidirectionalSequenceLstmOptions {
  Activation activation = Activation::none;
  float cell_clip = 0.0F;
  float proj_clip = 0.0F;
  bool time_major = false;
  bool asymmetric_quantize_inputs = false;
  bool diagonal_recurrent_tensors = false;

  bool operator==(const UnidirectionalSequenceLstmOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "activation", activation, Activation::none);
    v(1, "cell_clip", cell_clip, 0.0F);
    v(2, "proj_clip", proj_clip, 0.0F);
    v(3, "time_major", time_major, false);
    v(4, "asymmetric_quantize_inputs", asymmetric_quantize_inputs, false);
    v(5, "diagonal_recurrent_tensors", diagonal_recurrent_tensors, false);
  }
};

}  // namespace mltk::tflite
