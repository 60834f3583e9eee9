#include "tflite/ops/common.h"
#include "tflite/ops/reducer.h"
#include "tflite/ops/reduction.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReducerOptions>(27);

Kernel prepare(const OpContext& op) {
  const Reduction reduction = reduction_of(op);
  if (all_types(op, TensorType::float32, {0})) {
    return sum_kernel<float, float>(op, reduction,
                                    [count = static_cast<float>(reduction.count)](float sum) { return sum / count; });
  }
  const auto finish = mean_finish(op, reduction);
  if (all_types(op, TensorType::int8, {0})) return sum_kernel<std::int8_t, std::int32_t>(op, reduction, finish);
  if (all_types(op, TensorType::int16, {0})) return sum_kernel<std::int16_t, std::int32_t>(op, reduction, finish);
  op.fail_types();
}

}  // namespace

extern const OpDef mean_def = {
    .code = BuiltinOperator::mean,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {1, 1, 1},
    .data = {44, 44},
    .scratch = sum_scratch,
    .opened = opened_by_sum,
};

}  // namespace mltk::tflite
