#include "tflite/ops/shape.h"

#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ShapeOptions>(55);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  require_shape(op, op.output(), {static_cast<std::int32_t>(input.shape.size())});
  if (op.output().type != TensorType::int32) op.fail_types();
  return [shape = input.shape, out = op.output_slot()](Buffers buffers) {
    std::ranges::copy(shape, output_data<std::int32_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef shape_def = {
    .code = BuiltinOperator::shape,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .opened = opens<>,
};

}  // namespace mltk::tflite
