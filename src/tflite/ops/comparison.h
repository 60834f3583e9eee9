#pragma once

#include "micro/compare.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {

/// Codes of inputs 0 and 1 on the scale that their comparison uses.
micro::CompareParams compare_params(const OpContext& op);

/// The kernel of EQUAL and its relatives: `compare` of inputs 0 and 1, which broadcast, as bool.
template <class Compare>
Kernel comparison_kernel(const OpContext& op, Compare compare) {
  if (op.output().type != TensorType::boolean || op.input(0).type != op.input(1).type) op.fail_types();
  switch (op.input(0).type) {
    case TensorType::float32: return binary<float, bool>(op, compare);
    case TensorType::int32: return binary<std::int32_t, bool>(op, compare);
    case TensorType::int64: return binary<std::int64_t, bool>(op, compare);
    case TensorType::int8:
      return binary<std::int8_t, bool>(op, [params = compare_params(op), compare](std::int8_t a, std::int8_t b) {
        return compare(micro::compare_code(a, params.a), micro::compare_code(b, params.b));
      });
    default: op.fail_types();
  }
}

/// The same for EQUAL and NOT_EQUAL, which also compare bool.
template <class Compare>
Kernel equality_kernel(const OpContext& op, Compare compare) {
  if (op.input(0).type == TensorType::boolean && op.input(1).type == TensorType::boolean &&
      op.output().type == TensorType::boolean) {
    return binary<std::uint8_t, bool>(op,
                                      [compare](std::uint8_t a, std::uint8_t b) { return compare(a != 0, b != 0); });
  }
  return comparison_kernel(op, compare);
}

}  // namespace mltk::tflite
