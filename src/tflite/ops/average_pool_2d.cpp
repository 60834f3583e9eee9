#include "micro/pool_2d.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<Pool2dOptions>(5);

OpCost cost(const OpContext& op) { return pool_cost(op, 1); }  // the division

Kernel prepare(const OpContext& op) {
  return prepare_pool(op, [](const auto&... arguments) { micro::average_pool_2d(arguments...); });
}

KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {36, 36}};
  if (kernels == DeviceKernels::cmsis_nn && op.input(0).type != TensorType::float32) {
    memory.scratch = one_buffer(std::int64_t{4} * dimension(op.input(0), 3));
  }
  return memory;
}

std::vector<int> opened(const OpContext&, DeviceKernels kernels) {
  if (kernels == DeviceKernels::reference) return {0, ~0};
  return {0, ~0, 0, ~0};
}

}  // namespace

extern const OpDef average_pool_2d_def = {
    .code = BuiltinOperator::average_pool_2d,
    .options = &kOptions,
    .options_text = pool_text,
    .cost = cost,
    .prepare = prepare,
    .parameters = pool_parameters,
    .parsed_options = {40, 40, 4},
    .data = {32, 32},
    .cmsis_nn = cmsis_nn,
    .opened = opened,
};

}  // namespace mltk::tflite
