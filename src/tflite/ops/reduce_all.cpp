#include "tflite/ops/reducer.h"
#include "tflite/ops/reduction.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReducerOptions>(27);

Kernel prepare(const OpContext& op) {
  const Reduction reduction = reduction_of(op);
  if (!all_types(op, TensorType::boolean, {0})) op.fail_types();
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    std::uint8_t* output = buffers[out];
    micro::for_each_offset(reduction.outer, [&](std::ptrdiff_t base) {
      bool all = true;
      micro::for_each_offset(reduction.inner,
                             [&](std::ptrdiff_t offset) { all = all && buffers[in][base + offset] != 0; });
      *output++ = all ? 1 : 0;
    });
  };
}

}  // namespace

extern const OpDef reduce_all_def = {
    .code = BuiltinOperator::reduce_all,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {1, 1, 1},
    .data = {44, 44},
    .scratch = fold_scratch,
    .opened = opens<0, ~0, 1, 0, 1>,
};

}  // namespace mltk::tflite
