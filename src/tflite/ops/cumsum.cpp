#include "tflite/ops/cumsum.h"

#include "micro/cumsum.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<CumsumOptions>(102);

micro::CumsumShape shape_of(const OpContext& op) {
  const Tensor& input = op.input(0);
  require_shape(op, op.output(), input.shape);
  const std::vector<std::int32_t> axes = op.constant_int32(1);
  if (axes.size() != 1) op.fail("it has {} axes; expected one.", axes.size());
  const AxisSplit split = split_at(input.shape, normal_axis(op, axes[0], input.shape.size()));
  const auto options = op.options<CumsumOptions>();
  return {split.outer, split.size, split.inner, options.exclusive, options.reverse};
}

template <class Sum, class Value, class Term, class Finish>
Kernel kernel(const OpContext& op, Sum start, Term term, Finish finish) {
  return [=, shape = shape_of(op), in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::cumsum(shape, start, input_data<Value>(buffers, in), output_data<Value>(buffers, out), term, finish);
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::float32, {0})) {
    return kernel<float, float>(op, 0, [](float x) { return x; }, [](float sum) { return sum; });
  }
  if (!all_types(op, TensorType::int8, {0})) op.fail_types();
  constexpr int kLeftShift = 20;
  const double scale = static_cast<double>(scale_of(op, op.input(0)));
  const auto half = quantize_multiplier(scale / (2 * scale));
  const auto rescale =
      checked_multiplier(op, 2 * scale / ((1 << kLeftShift) * static_cast<double>(scale_of(op, op.output()))));
  const auto term = [half, zero_point = zero_point_of(op, op.input(0))](std::int32_t code) {
    return micro::multiply((code - zero_point) * (1 << kLeftShift), half);
  };
  // The device's sum begins with the real number of code 0, not with 0.
  return kernel<std::int32_t, std::int8_t>(
      op, term(0), term, [rescale, zero_point = zero_point_of(op, op.output())](std::int32_t sum) {
        return micro::to_code(micro::multiply(sum, rescale), zero_point, -128, 127);
      });
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  return op.input(0).type == TensorType::int8 ? std::vector<ArenaBytes>{{36, 36}} : std::vector<ArenaBytes>{};
}

}  // namespace

extern const OpDef cumsum_def = {
    .code = BuiltinOperator::cumsum,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {2, 2, 1},
    .arrays = arrays,
};

}  // namespace mltk::tflite
