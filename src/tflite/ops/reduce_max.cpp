#include <algorithm>

#include "tflite/ops/common.h"
#include "tflite/ops/reducer.h"
#include "tflite/ops/reduction.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReducerOptions>(27);

template <class Value>
Kernel kernel(const OpContext& op, const Reduction& reduction) {
  return fold_kernel<Value>(op, reduction, [](Value a, Value b) { return std::max(a, b); });
}

Kernel prepare(const OpContext& op) {
  const Reduction reduction = reduction_of(op);
  if (reduction.count < 1) op.fail("the input [{}] is empty.", shape_text(op.input(0).shape));
  if (all_types(op, TensorType::float32, {0})) return kernel<float>(op, reduction);
  if (all_types(op, TensorType::int8, {0})) return kernel<std::int8_t>(op, reduction);
  op.fail_types();
}

}  // namespace

extern const OpDef reduce_max_def = {
    .code = BuiltinOperator::reduce_max,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {1, 1, 1},
    .data = {44, 44},
    .scratch = fold_scratch,
};

}  // namespace mltk::tflite
