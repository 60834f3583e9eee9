#include "tflite/ops/mirror_pad.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<MirrorPadOptions>(77);

/// The places along an axis that the output shows.
std::vector<std::int32_t> places(const OpContext& op, std::int32_t size, std::int64_t before, std::int64_t after,
                                 std::int32_t skipped) {
  const std::int64_t most = size - skipped;  // a mirror shows the axis once
  require_table_size(op, size);
  if (before < 0 || after < 0 || before > most || after > most) {
    op.fail("a border of {} and {} is more than an axis of {} can mirror.", before, after, size);
  }
  std::vector<std::int32_t> result;
  for (std::int64_t i = before; i > 0; --i) result.push_back(static_cast<std::int32_t>(i - 1 + skipped));
  for (std::int32_t i = 0; i < size; ++i) result.push_back(i);
  for (std::int64_t i = 0; i < after; ++i) result.push_back(static_cast<std::int32_t>(size - 1 - skipped - i));
  return result;
}

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::size_t rank = input.shape.size();
  if (input.type != TensorType::float32 && input.type != TensorType::int8) op.fail_types();
  const std::vector<std::int64_t> border = op.constant_integers(1);
  if (border.size() != 2 * rank) op.fail("it has {} borders for {} dimensions.", border.size(), rank);
  const std::int32_t skipped = op.options<MirrorPadOptions>().mode == MirrorPadMode::reflect ? 1 : 0;
  require_table_size(op, elements(op.output()));
  const auto strides = strides_of(input.shape);
  std::vector<std::int32_t> expected;
  std::vector<std::vector<std::int32_t>> axes;
  for (std::size_t i = 0; i < rank; ++i) {
    axes.push_back(places(op, input.shape[i], border[2 * i], border[2 * i + 1], skipped));
    expected.push_back(static_cast<std::int32_t>(axes.back().size()));
  }
  require_shape(op, op.output(), expected);
  if (elements(op.output()) == 0) return index_kernel(op, {});
  std::vector<std::int32_t> source = {0};
  for (std::size_t i = 0; i < rank; ++i) {
    std::vector<std::int32_t> next;
    for (const std::int32_t base : source) {
      for (const std::int32_t place : axes[i]) next.push_back(base + place * static_cast<std::int32_t>(strides[i]));
    }
    source = std::move(next);
  }
  return index_kernel(op, std::move(source));
}

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const std::int64_t bytes = 4 * static_cast<std::int64_t>(op.input(0).shape.size());
  return {{bytes, bytes}, {bytes, bytes}};
}

}  // namespace

extern const OpDef mirror_pad_def = {
    .code = BuiltinOperator::mirror_pad,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {20, 20},
    .scratch = scratch,
    .device_takes = makes<TensorType::float32, TensorType::int8>,
};

}  // namespace mltk::tflite
