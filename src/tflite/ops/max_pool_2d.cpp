#include "micro/pool_2d.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<Pool2dOptions>(5);

OpCost cost(const OpContext& op) { return pool_cost(op, 0); }

Kernel prepare(const OpContext& op) {
  return prepare_pool(op, [](const auto&... arguments) { micro::max_pool_2d(arguments...); });
}

KernelMemory cmsis_nn(const OpContext&, DeviceKernels) { return {.data = {36, 36}}; }

}  // namespace

extern const OpDef max_pool_2d_def = {
    .code = BuiltinOperator::max_pool_2d,
    .options = &kOptions,
    .options_text = pool_text,
    .cost = cost,
    .prepare = prepare,
    .parameters = pool_parameters,
    .parsed_options = {40, 40, 4},
    .data = {32, 32},
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
