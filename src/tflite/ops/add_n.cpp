#include <algorithm>

#include "micro/add.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(82);

/// output[i] = finish(start + sum over the inputs of term(input[i]))
template <class Value, class Sum, class Term, class Finish>
Kernel kernel(const OpContext& op, Sum start, Term term, Finish finish) {
  std::vector<std::size_t> inputs;
  for (std::size_t i = 0; i < op.input_count(); ++i) inputs.push_back(op.input_slot(i));
  return [=, out = op.output_slot(), count = elements(op.output())](Buffers buffers) {
    Value* y = output_data<Value>(buffers, out);
    for (std::int64_t i = 0; i < count; ++i) {
      Sum sum = start;
      for (const std::size_t in : inputs) sum = micro::add_wrapping(sum, term(input_data<Value>(buffers, in)[i]));
      y[i] = static_cast<Value>(finish(sum));
    }
  };
}

Kernel int8_kernel(const OpContext& op) {
  constexpr int kLeftShift = 20;
  const Tensor& first = op.input(0);
  for (std::size_t i = 1; i < op.input_count(); ++i) {
    if (scale_of(op, op.input(i)) != scale_of(op, first) ||
        zero_point_of(op, op.input(i)) != zero_point_of(op, first)) {
      op.fail("'{}' and '{}' differ in scale or zero point.", first.name, op.input(i).name);
    }
  }
  const double twice = 2 * static_cast<double>(scale_of(op, first));
  const auto half = checked_multiplier(op, static_cast<double>(scale_of(op, first)) / twice);
  const auto rescale =
      checked_multiplier(op, twice / (static_cast<double>(1 << kLeftShift) * scale_of(op, op.output())));
  const auto term = [half, zero_point = zero_point_of(op, first)](std::int32_t code) {
    return micro::multiply((code - zero_point) * (1 << kLeftShift), half);
  };
  // The device's sum begins with the real number of code 0, not with 0.
  return kernel<std::int8_t, std::int32_t>(
      op, term(0), term, [rescale, zero_point = zero_point_of(op, op.output())](std::int32_t sum) {
        return micro::to_code(micro::multiply(sum, rescale), zero_point, -128, 127);
      });
}

Kernel prepare(const OpContext& op) {
  if (op.input_count() < 2) op.fail("it has {} inputs; expected two or more.", op.input_count());
  for (std::size_t i = 0; i < op.input_count(); ++i) {
    if (op.input(i).type != op.output().type) op.fail_types();
    require_shape(op, op.input(i), op.output().shape);
  }
  if (op.output().type == TensorType::int8) return int8_kernel(op);
  if (op.output().type == TensorType::float32) {
    return kernel<float, float>(op, 0, [](float x) { return x; }, [](float sum) { return sum; });
  }
  op.fail_types();
}

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const auto pointers = static_cast<std::int64_t>(op.input_count());
  return {{8 * pointers, 4 * pointers}};
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  return op.output().type == TensorType::int8 ? std::vector<ArenaBytes>{{40, 40}} : std::vector<ArenaBytes>{};
}

std::vector<int> opened(const OpContext& op, DeviceKernels) {
  std::vector<int> operands = {0, ~0};
  for (std::size_t i = 1; i < op.input_count(); ++i) operands.push_back(static_cast<int>(i));
  return operands;
}

}  // namespace

extern const OpDef add_n_def = {
    .code = BuiltinOperator::add_n,
    .options = &kOptions,
    .prepare = prepare,
    .arrays = arrays,
    .scratch = scratch,
    .opened = opened,
};

}  // namespace mltk::tflite
