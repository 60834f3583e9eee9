#include "tflite/ops/common.h"
#include "tflite/ops/reducer.h"
#include "tflite/ops/reduction.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReducerOptions>(27);

template <class Value>
Kernel kernel(const OpContext& op, const Reduction& reduction) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    const Value* x = input_data<Value>(buffers, in);
    Value* y = output_data<Value>(buffers, out);
    micro::for_each_offset(reduction.outer, [&](std::ptrdiff_t base) {
      Value product = 1;
      micro::for_each_offset(reduction.inner, [&](std::ptrdiff_t offset) { product *= x[base + offset]; });
      *y++ = product;
    });
  };
}

Kernel prepare(const OpContext& op) {
  const Reduction reduction = reduction_of(op);
  if (all_types(op, TensorType::float32, {0})) return kernel<float>(op, reduction);
  if (all_types(op, TensorType::int32, {0})) return kernel<std::uint32_t>(op, reduction);
  op.fail_types();
}

}  // namespace

extern const OpDef reduce_prod_def = {
    .code = BuiltinOperator::reduce_prod,
    .options = &kOptions,
    .prepare = prepare,
    .on_device = false,
};

}  // namespace mltk::tflite
