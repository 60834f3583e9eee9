#pragma once

#include "tflite/ops/common.h"

namespace mltk::tflite {

/// The name of the resource variable that input 0, the output of a VAR_HANDLE of the same subgraph, stands for.
/// Throws when no such operator computes it.
std::string variable_of(const OpContext& op);

struct VariableSlot {
  std::size_t slot = 0;  ///< in Buffers
  std::size_t bytes = 0;
};
/// Where that variable lies. Throws when nothing assigns it or it has another size than `value`.
VariableSlot variable_slot(const OpContext& op, const Tensor& value);

}  // namespace mltk::tflite
