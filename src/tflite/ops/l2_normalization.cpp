#include "tflite/ops/l2_normalization.h"

#include "micro/l2_normalization.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<L2NormOptions>(12);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  require_shape(op, op.output(), input.shape);
  if (op.options<L2NormOptions>().activation != Activation::none) op.fail("a fused activation is not supported.");
  const Rows rows = rows_of(op, input);
  const std::size_t in = op.input_slot(0);
  const std::size_t out = op.output_slot();
  if (all_types(op, TensorType::float32, {0})) {
    return [=](Buffers buffers) {
      micro::l2_normalization(rows.count, rows.depth, input_data<float>(buffers, in), output_data<float>(buffers, out));
    };
  }
  if (all_types(op, TensorType::int8, {0})) {
    return [=, zero_point = zero_point_of(op, input)](Buffers buffers) {
      micro::l2_normalization(rows.count, rows.depth, zero_point, input_data<std::int8_t>(buffers, in),
                              output_data<std::int8_t>(buffers, out));
    };
  }
  op.fail_types();
}

}  // namespace

extern const OpDef l2_normalization_def = {
    .code = BuiltinOperator::l2_normalization,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {4, 4},
};

}  // namespace mltk::tflite
