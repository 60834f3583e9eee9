#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

/// The whole number that stands for a row.
std::int64_t row_of(float index, std::int64_t rows) {
  const auto row = static_cast<std::int64_t>(index);
  if (!(row >= 0 && row < rows)) {
    fail(ErrorKind::invalid_data, "an index is {}, but the table of the embedding has {} rows (0 to {})", index, rows,
         rows - 1);
  }
  return row;
}

void run(const KernelContext& context) {
  const std::int64_t rows = context.input_shape(0)[0];
  const std::int64_t width = context.input_shape(0)[1];
  const std::int64_t count = context.elements(context.input_shape(1));
  for (std::int64_t i = 0; i < count; ++i) {
    std::copy_n(context.inputs[0] + row_of(context.inputs[1][i], rows) * width, width, context.outputs[0] + i * width);
  }
}

}  // namespace

extern const KernelDef gather_def;
const KernelDef gather_def = {.op = "gather", .run = run};

}  // namespace mltk::kernels
