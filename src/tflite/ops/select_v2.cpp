#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(98);

Kernel prepare(const OpContext& op) {
  const TensorType type = op.output().type;
  if (op.input(0).type != TensorType::boolean || op.input(1).type != type || op.input(2).type != type ||
      (type != TensorType::float32 && type != TensorType::int8 && type != TensorType::int16)) {
    op.fail_types();
  }
  std::array<std::vector<std::int32_t>, 3> index;
  std::array<std::size_t, 3> slots{};
  for (std::size_t i = 0; i < index.size(); ++i) {
    index[i] = broadcast_index(op, op.input(i));
    slots[i] = op.input_slot(i);
  }
  return [index = std::move(index), slots, out = op.output_slot(),
          item = static_cast<std::size_t>(byte_size(type, 1))](Buffers buffers) {
    for (std::size_t i = 0; i < index[0].size(); ++i) {
      const std::size_t chosen = buffers[slots[0]][index[0][i]] != 0 ? 1 : 2;
      std::memcpy(buffers[out] + i * item, buffers[slots[chosen]] + static_cast<std::size_t>(index[chosen][i]) * item,
                  item);
    }
  };
}

}  // namespace

extern const OpDef select_v2_def = {
    .code = BuiltinOperator::select_v2,
    .options = &kOptions,
    .prepare = prepare,
    .data = {1, 1},
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16>,
};

}  // namespace mltk::tflite
