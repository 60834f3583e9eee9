#pragma once

#include <optional>
#include <string>
#include <vector>

#include "quantize/quality.h"

namespace mltk::quantize {

/// Where two .tflite models differ.
struct ModelDifference {
  /// An operator that only one model has, or that differs. Operators are paired in order, the most that can be.
  struct OperatorLine {
    std::optional<std::size_t> in_a;
    std::optional<std::size_t> in_b;
    std::string opcode;
    std::vector<std::string> differences;  ///< one line each; empty for an operator of one model
  };
  /// The first outputs on the same samples.
  struct Behaviour {
    std::int64_t samples = 0;
    double signal_to_noise_db = 0;  ///< of b against a; infinite when they are equal
    float largest = 0;              ///< difference of a value
    bool classifies = false;
    std::vector<ChangedSample> changed;  ///< the largest loss of score first
  };

  std::size_t operators_a = 0;
  std::size_t operators_b = 0;
  std::vector<OperatorLine> operators;
  std::int64_t constants = 0;          ///< elements that are compared
  std::int64_t changed_constants = 0;  ///< of those
  std::vector<std::string> model;      ///< description, inputs and outputs, metadata
  std::optional<Behaviour> behaviour;

  /// Nothing differs in structure, constants and parameters.
  bool same() const { return operators.empty() && model.empty(); }
};

/// Compare structure, constants and quantization parameters, and on `samples`, if there are any, what the models
/// compute. Names of tensors and their order do not count.
ModelDifference difference_of(const tflite::Model& a, const tflite::Model& b, const Samples& samples = {});

/// The tables of `mltk diff`.
std::string to_text(const ModelDifference& difference);

}  // namespace mltk::quantize
