#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

struct OverlapAdd {
  std::int32_t size;
  std::int32_t step;
  std::int32_t frames;
  std::int64_t rows;
  std::int64_t value_bytes;
};

OverlapAdd overlap_add_of(const OpContext& op) {
  const TensorType type = op.input(0).type;
  if (type != TensorType::int16 && type != TensorType::float32) op.fail_types();
  require_types(op, {type}, {type});
  const Tensor& input = op.input(0);
  OverlapAdd overlap{};
  overlap.size = frame_of(op, input);
  overlap.step = FlexOptions(op).integer_within("frame_step", 1, overlap.size);
  if (input.shape.size() < 2 || input.shape.end()[-2] < 1)
    op.fail("its input [{}] has no frames.", shape_text(input.shape));
  overlap.frames = input.shape.end()[-2];
  overlap.rows = elements(input) / (std::int64_t{overlap.size} * overlap.frames);
  overlap.value_bytes = type == TensorType::int16 ? 2 : 4;
  if (elements(op.output()) != overlap.rows * overlap.frames * overlap.step) {
    op.fail("its output [{}] does not have {} samples for each of {} frames.", shape_text(op.output().shape),
            overlap.step, overlap.rows * overlap.frames);
  }
  return overlap;
}

template <class T>
Kernel kernel(const OpContext& op) {
  return [overlap = overlap_add_of(op), in = op.input_slot(0), out = op.output_slot(),
          state = op.state_slot()](Buffers buffers) {
    const T* input = input_data<T>(buffers, in);
    T* output = output_data<T>(buffers, out);
    for (std::int64_t frame = 0; frame < overlap.rows * overlap.frames; ++frame) {
      T* sums = output_data<T>(buffers, state) + frame / overlap.frames * overlap.size;
      micro::overlap_add(input + frame * overlap.size, overlap.size, overlap.step, sums, output + frame * overlap.step);
    }
  };
}

Kernel prepare(const OpContext& op) {
  return op.input(0).type == TensorType::float32 ? kernel<float>(op) : kernel<std::int16_t>(op);
}

std::int64_t state(const OpContext& op) {
  const OverlapAdd overlap = overlap_add_of(op);
  return overlap.value_bytes * overlap.rows * overlap.size;
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  const OverlapAdd overlap = overlap_add_of(op);
  const std::int64_t bytes = overlap.value_bytes * overlap.size;
  std::vector<ArenaBytes> arrays(static_cast<std::size_t>(overlap.rows), ArenaBytes{bytes, bytes});
  arrays.push_back({8 * overlap.rows, 4 * overlap.rows});
  return arrays;
}

}  // namespace

extern const OpDef signal_overlap_add_def = {.code = BuiltinOperator::custom,
                                             .custom_code = "SignalOverlapAdd",
                                             .prepare = prepare,
                                             .state = state,
                                             .data = {32, 24},
                                             .arrays = arrays};

}  // namespace mltk::tflite
