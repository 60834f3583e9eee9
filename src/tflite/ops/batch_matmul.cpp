#include "tflite/ops/batch_matmul.h"

#include <algorithm>

#include "micro/batch_matmul.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<BatchMatMulOptions>(101);

/// All products of a batch: their shape and where each begins in the operands.
struct Products {
  micro::MatmulShape shape;
  std::vector<std::ptrdiff_t> a;
  std::vector<std::ptrdiff_t> b;
};

/// Where the matrices of an operand begin, one per product: axes of size 1 repeat.
std::vector<std::ptrdiff_t> begins(const std::vector<std::int32_t>& shape, const std::vector<std::int32_t>& batch) {
  std::ptrdiff_t stride = std::ptrdiff_t{1} * shape[shape.size() - 1] * shape[shape.size() - 2];
  std::vector<std::ptrdiff_t> result = {0};
  std::vector<std::ptrdiff_t> strides(batch.size(), 0);
  for (std::size_t back = 1; back <= batch.size() && back + 2 <= shape.size(); ++back) {
    const std::int32_t size = shape[shape.size() - 2 - back];
    strides[batch.size() - back] = size == 1 ? 0 : stride;
    stride *= size;
  }
  for (std::size_t axis = 0; axis < batch.size(); ++axis) {
    std::vector<std::ptrdiff_t> next;
    for (const std::ptrdiff_t base : result) {
      for (std::int32_t i = 0; i < batch[axis]; ++i) next.push_back(base + i * strides[axis]);
    }
    result = std::move(next);
  }
  return result;
}

Products products_of(const OpContext& op) {
  constexpr std::size_t kMostAxes = 5;
  const auto& a = op.input(0).shape;
  const auto& b = op.input(1).shape;
  if (std::min(a.size(), b.size()) < 2 || std::max(a.size(), b.size()) > kMostAxes) {
    op.fail("its inputs are [{}] and [{}]; expected 2 to {} dimensions.", shape_text(a), shape_text(b), kMostAxes);
  }
  const auto options = op.options<BatchMatMulOptions>();
  const std::int32_t a_rows = a[a.size() - 2];
  const std::int32_t a_columns = a[a.size() - 1];
  const std::int32_t b_rows = b[b.size() - 2];
  const std::int32_t b_columns = b[b.size() - 1];
  Products products;
  products.shape.rows = options.adj_x ? a_columns : a_rows;
  products.shape.depth = options.adj_x ? a_rows : a_columns;
  products.shape.columns = options.adj_y ? b_rows : b_columns;
  products.shape.a_row = options.adj_x ? 1 : a_columns;
  products.shape.a_depth = options.adj_x ? a_columns : 1;
  products.shape.b_column = options.adj_y ? b_columns : 1;
  products.shape.b_depth = options.adj_y ? 1 : b_columns;
  std::vector<std::int32_t> batch;
  const std::size_t rank = std::max(a.size(), b.size());
  bool fits = products.shape.depth == (options.adj_y ? b_columns : b_rows);
  for (std::size_t i = rank; i > 2; --i) {
    const std::int32_t size_a = i <= a.size() ? a[a.size() - i] : 1;
    const std::int32_t size_b = i <= b.size() ? b[b.size() - i] : 1;
    fits = fits && (size_a == size_b || size_a == 1 || size_b == 1);
    batch.push_back(size_a == 1 ? size_b : size_a);
  }
  if (!fits) op.fail("its inputs [{}] and [{}] do not fit together.", shape_text(a), shape_text(b));
  std::vector<std::int32_t> expected = batch;
  expected.insert(expected.end(), {products.shape.rows, products.shape.columns});
  require_shape(op, op.output(), expected);
  std::int64_t count = 1;
  for (const std::int32_t size : batch) count *= size;
  require_table_size(op, count);
  if (count == 0) return products;
  products.a = begins(a, batch);
  products.b = begins(b, batch);
  return products;
}

template <class Accumulator, class Value, class Finish>
Kernel kernel(const OpContext& op, std::int32_t a_offset, std::int32_t b_offset, Finish finish) {
  return [=, products = products_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    Value* output = output_data<Value>(buffers, out);
    for (std::size_t i = 0; i < products.a.size(); ++i) {
      micro::matmul<Accumulator>(products.shape, a_offset, b_offset, input_data<Value>(buffers, a) + products.a[i],
                                 input_data<Value>(buffers, b) + products.b[i], output, finish.bind());
      output += std::ptrdiff_t{1} * products.shape.rows * products.shape.columns;
    }
  };
}

CodeFinish code_finish(const OpContext& op) {
  const float product = scale_of(op, op.input(0)) * scale_of(op, op.input(1));
  return {op, Activation::none,
          checked_multiplier(op, static_cast<double>(product) / static_cast<double>(scale_of(op, op.output())))};
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::float32, {0, 1})) {
    return kernel<float, float>(op, 0, 0, FloatFinish(Activation::none));
  }
  if (all_types(op, TensorType::int8, {0, 1})) {
    return kernel<std::int32_t, std::int8_t>(op, -zero_point_of(op, op.input(0)), -zero_point_of(op, op.input(1)),
                                             code_finish(op));
  }
  if (all_types(op, TensorType::int16, {0, 1})) {
    return kernel<std::int64_t, std::int16_t>(op, 0, 0, code_finish(op).for_64_bits(op));
  }
  op.fail_types();
}

/// The device keeps a transposed copy of an operand: its tensor, its shape, its data.
void add_copy(const Tensor& tensor, std::vector<ArenaBytes>& bytes) {
  const std::int64_t shape = 4 + 4 * static_cast<std::int64_t>(tensor.shape.size());
  bytes.insert(bytes.end(), {{24, 12}, {shape, shape}, {byte_size(tensor), byte_size(tensor)}});
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  std::vector<ArenaBytes> bytes;
  if (op.input(0).type != TensorType::float32) bytes.push_back({28, 28});
  const auto options = op.options<BatchMatMulOptions>();
  if (options.adj_x) add_copy(op.input(0), bytes);
  if (!options.adj_y) add_copy(op.input(1), bytes);
  bytes.push_back(copied_shape(op)[0]);
  return bytes;
}

KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {56, 36}, .arrays = arrays(op)};
  if (kernels == DeviceKernels::cmsis_nn_mve && op.input(0).type == TensorType::int8) {
    memory.scratch = one_buffer(std::int64_t{4} * op.output().shape.back());
  }
  return memory;
}

}  // namespace

extern const OpDef batch_matmul_def = {
    .code = BuiltinOperator::batch_matmul,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {3, 3, 1},
    .data = {32, 16},
    .arrays = arrays,
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
