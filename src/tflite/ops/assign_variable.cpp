#include <cstring>

#include "tflite/ops/variables.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(113);

Kernel prepare(const OpContext& op) {
  const VariableSlot variable = variable_slot(op, op.input(1));
  return [variable, in = op.input_slot(1)](Buffers buffers) {
    if (variable.bytes != 0) std::memcpy(buffers[variable.slot], buffers[in], variable.bytes);
  };
}

}  // namespace

extern const OpDef assign_variable_def = {
    .code = BuiltinOperator::assign_variable,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<1>,
};

}  // namespace mltk::tflite
