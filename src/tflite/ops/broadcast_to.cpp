#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(104);

Kernel prepare(const OpContext& op) {
  constexpr std::size_t kMostAxes = 5;
  if (op.output().shape.size() > kMostAxes) {
    op.fail("the output has {} dimensions; at most {} are supported.", op.output().shape.size(), kMostAxes);
  }
  const std::vector<std::int64_t> shape = op.constant_integers(1);
  if (!std::ranges::equal(shape, op.output().shape)) {
    op.fail("the output is [{}], which is not the shape that input 1 asks for.", shape_text(op.output().shape));
  }
  return index_kernel(op, broadcast_index(op, op.input(0)));
}

}  // namespace

extern const OpDef broadcast_to_def = {
    .code = BuiltinOperator::broadcast_to,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
