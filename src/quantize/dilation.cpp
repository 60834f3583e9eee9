#include "quantize/dilation.h"

#include "tflite/builtin_operator.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// How one axis is cut into `block` interleaved ones.
struct Cut {
  std::int64_t block = 1;
  std::int64_t pad_before = 0;
  std::int64_t pad_after = 0;
  std::int64_t crop = 0;  ///< elements too many behind the result
  std::int64_t size = 0;  ///< of one part
};

Cut cut_axis(std::int64_t input, std::int64_t kernel, std::int64_t dilation, bool same) {
  const std::int64_t padding = same ? (kernel - 1) * dilation : 0;
  Cut cut{.block = dilation, .pad_before = padding / 2};
  cut.size = (input + padding + dilation - 1) / dilation;
  cut.crop = cut.size * dilation - input - padding;
  cut.pad_after = padding - cut.pad_before + cut.crop;
  return cut;
}

void emit_in_blocks(Lowering& l, BuiltinOperator code, const Window2d& window,
                    const std::function<std::any(const Window2d&)>& make, std::int32_t weights, std::int32_t bias,
                    const std::string& suffix) {
  const Shape& input = l.shape(0);
  const Cut rows = cut_axis(input[1], window.kernel_height, window.dilation_height, window.same);
  const Cut columns = cut_axis(input[2], window.kernel_width, window.dilation_width, window.same);
  const auto integers = [&](std::string_view name, const Shape& shape, std::initializer_list<std::int64_t> values) {
    return l.graph.add_constant(l.name(suffix + std::string(name)), shape,
                                std::vector<std::int32_t>(values.begin(), values.end()));
  };
  const std::int32_t blocks = integers("/BatchToSpaceND/block_shape", {2}, {rows.block, columns.block});
  const std::int32_t paddings = integers("/SpaceToBatchND/paddings", {2, 2},
                                         {rows.pad_before, rows.pad_after, columns.pad_before, columns.pad_after});
  const std::int32_t crops = integers("/BatchToSpaceND/crops", {2, 2}, {0, rows.crop, 0, columns.crop});

  Window2d dense = window;
  dense.dilation_height = dense.dilation_width = 1;
  dense.same = false;
  const Shape parts{kBatch, rows.size, columns.size, input[3]};
  const std::int32_t cut = l.add(BuiltinOperator::space_to_batch_nd, {}, {l.input(0), blocks, paddings},
                                 l.graph.add_activation(l.name(suffix + "/SpaceToBatchND"), parts));
  const std::int32_t result =
      l.add(code, make(dense), {cut, weights, bias},
            l.graph.add_activation(l.name(suffix), window_output(dense, parts, l.output_shape().back())));
  l.emit(BuiltinOperator::batch_to_space_nd, {}, {result, blocks, crops}, suffix + "/BatchToSpaceND");
}

}  // namespace

void emit_convolution(Lowering& l, BuiltinOperator code, const Window2d& window,
                      const std::function<std::any(const Window2d&)>& make, std::int32_t weights, std::int32_t bias,
                      const std::string& suffix) {
  const bool dilated = window.dilation_height > 1 || window.dilation_width > 1;
  if (dilated && !l.graph.fixed_batch()) {
    emit_in_blocks(l, code, window, make, weights, bias, suffix);
  } else {
    l.emit(code, make(window), {l.input(0), weights, bias}, suffix);
  }
}

}  // namespace mltk::quantize
