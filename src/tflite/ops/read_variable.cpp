#include <cstring>

#include "tflite/ops/variables.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(112);

Kernel prepare(const OpContext& op) {
  const VariableSlot variable = variable_slot(op, op.output());
  return [variable, out = op.output_slot()](Buffers buffers) {
    if (variable.bytes != 0) std::memcpy(buffers[out], buffers[variable.slot], variable.bytes);
  };
}

}  // namespace

extern const OpDef read_variable_def = {
    .code = BuiltinOperator::read_variable,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<0>,
};

}  // namespace mltk::tflite
