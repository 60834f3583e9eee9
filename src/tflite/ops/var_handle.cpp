#include "tflite/ops/var_handle.h"

#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<VarHandleOptions>(111);

/// Readers and writers find the variable by its name when they are prepared; the handle itself carries nothing.
Kernel prepare(const OpContext& op) {
  if (op.output().type != TensorType::resource) op.fail_types();
  return [](Buffers) {};
}

}  // namespace

extern const OpDef var_handle_def = {
    .code = BuiltinOperator::var_handle,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {16, 8, 0},
    .data = {4, 4},
    .opened = opens<>,
};

}  // namespace mltk::tflite
