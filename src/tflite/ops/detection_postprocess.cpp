#include "micro/detection_postprocess.h"

#include <algorithm>

#include "tflite/ops/common.h"
#include "tflite/ops/flex_options.h"

namespace mltk::tflite {
namespace {

constexpr std::int64_t kMostSteps = std::int64_t{1} << 30;  // comparisons of boxes and of scores

micro::DetectionOptions options_of(const OpContext& op) {
  constexpr std::int32_t kMost = 1 << 20;
  const FlexOptions flex(op);
  micro::DetectionOptions options;
  options.max_detections = flex.integer_within("max_detections", 1, kMost);
  options.classes = flex.integer_within("num_classes", 1, kMost);
  options.classes_per_detection = flex.integer_within("max_classes_per_detection", 1, kMost);
  options.regular = flex.boolean("use_regular_nms", false);
  options.detections_per_class = flex.integer("detections_per_class", 100);
  options.score_threshold = flex.real("nms_score_threshold");
  options.overlap_threshold = flex.real("nms_iou_threshold");
  options.scale = {flex.real("y_scale"), flex.real("x_scale"), flex.real("h_scale"), flex.real("w_scale")};
  if (options.detections_per_class < 1 || options.detections_per_class > kMost)
    op.fail("its option detections_per_class is {}; expected 1 to {}.", options.detections_per_class, kMost);
  if (!(options.overlap_threshold > 0 && options.overlap_threshold <= 1))
    op.fail("its option nms_iou_threshold is {}; expected more than 0, 1 at most.", options.overlap_threshold);
  return options;
}

struct Shape {
  std::int32_t boxes;
  std::int32_t encoding_size;
  std::int32_t scores_per_box;
};

Shape shape_of(const OpContext& op) {
  require_rank(op, op.input(0), 3);
  require_rank(op, op.input(1), 3);
  const Shape shape{op.input(0).shape[1], op.input(0).shape[2], op.input(1).shape[2]};
  require_shape(op, op.input(0), {1, shape.boxes, std::max(shape.encoding_size, 4)});
  require_shape(op, op.input(1), {1, shape.boxes, shape.scores_per_box});
  require_shape(op, op.input(2), {shape.boxes, 4});
  return shape;
}

void check(const OpContext& op, const micro::DetectionOptions& options, const Shape& shape) {
  const std::int32_t background = shape.scores_per_box - options.classes;
  if (background < 0 || background > 1) {
    op.fail("there are {} scores for a box; expected the {} classes of num_classes, or one more for the background.",
            shape.scores_per_box, options.classes);
  }
  const std::int64_t boxes = shape.boxes;
  const std::int64_t chosen =
      std::min<std::int64_t>(boxes, options.regular ? options.detections_per_class : options.max_detections);
  if (options.regular && options.max_detections + chosen > options.max_detections * boxes) {
    op.fail(
        "{} boxes with max_detections {} and detections_per_class {} are more than the device's kernel has memory for.",
        boxes, options.max_detections, options.detections_per_class);
  }
  const std::int64_t rounds = options.regular ? options.classes : 1;
  const std::int64_t told = std::min(options.classes, options.classes_per_detection);
  const std::int64_t choosing = options.regular ? rounds * options.max_detections * (options.max_detections + chosen)
                                                : boxes * options.classes * told;
  if (rounds * chosen * boxes > kMostSteps || choosing > kMostSteps) {
    fail(ErrorKind::unsupported, "{}: {} boxes of {} classes with max_detections {} take more than {} comparisons.",
         op.where(), boxes, options.classes, options.max_detections, kMostSteps);
  }
}

int capacity_of(const OpContext& op) {
  std::int64_t capacity = std::min({elements(op.output(0)) / 4, elements(op.output(1)), elements(op.output(2))});
  if (elements(op.output(3)) < 1) capacity = 0;
  if (capacity < 1) op.fail("its outputs have no room for a detection.");
  return static_cast<int>(capacity);
}

/// As the device's kernel asks for them: candidates, boxes, scores (unused), then those of micro::DetectionScratch.
std::vector<ArenaBytes> scratch(const OpContext& op) {
  const micro::DetectionOptions options = options_of(op);
  const Shape shape = shape_of(op);
  const std::int64_t boxes = shape.boxes;
  const std::int64_t many = options.max_detections * boxes;
  std::vector<ArenaBytes> buffers;
  for (const std::int64_t bytes :
       {boxes, 16 * boxes, 4 * boxes * shape.scores_per_box, 4 * boxes, 4 * boxes, 4 * many, 4 * many, 4 * boxes,
        4 * many, 4 * std::max(options.classes, options.max_detections) * boxes,
        4 * std::min<std::int64_t>(boxes, options.max_detections) * boxes}) {
    buffers.push_back({bytes, bytes});
  }
  return buffers;
}

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {float32, float32, float32}, {float32, float32, float32, float32});
  const micro::DetectionOptions options = options_of(op);
  const Shape shape = shape_of(op);
  check(op, options, shape);
  return [=, codes = op.input_slot(0), scores = op.input_slot(1), anchors = op.input_slot(2), boxes = op.output_slot(0),
          classes = op.output_slot(1), best = op.output_slot(2), count = op.output_slot(3), first = op.scratch_slot(0),
          capacity = capacity_of(op), where = op.where()](Buffers buffers) {
    const micro::DetectionInputs in{input_data<float>(buffers, codes),
                                    input_data<float>(buffers, scores),
                                    input_data<micro::CentredBox>(buffers, anchors),
                                    shape.boxes,
                                    shape.encoding_size,
                                    shape.scores_per_box};
    const micro::DetectionScratch memory{
        output_data<std::uint8_t>(buffers, first),     output_data<micro::Box>(buffers, first + 1),
        output_data<float>(buffers, first + 3),        output_data<float>(buffers, first + 4),
        output_data<float>(buffers, first + 5),        output_data<float>(buffers, first + 6),
        output_data<std::int32_t>(buffers, first + 7), output_data<std::int32_t>(buffers, first + 8),
        output_data<std::int32_t>(buffers, first + 9), output_data<std::int32_t>(buffers, first + 10)};
    const micro::DetectionOutputs out{output_data<micro::Box>(buffers, boxes), output_data<float>(buffers, classes),
                                      output_data<float>(buffers, best), output_data<float>(buffers, count), capacity};
    switch (detection_postprocess(options, in, memory, out)) {
      case micro::DetectionResult::done: return;
      case micro::DetectionResult::box_without_area:
        fail(ErrorKind::invalid_data, "{}: a decoded box ends before it begins; are encodings and anchors in order?",
             where);
      case micro::DetectionResult::too_many:
        fail(ErrorKind::invalid_data, "{}: more detections than the {} that its outputs have room for.", where,
             capacity);
    }
  };
}

}  // namespace

extern const OpDef detection_postprocess_def = {
    .code = BuiltinOperator::custom,
    .custom_code = "TFLite_Detection_PostProcess",
    .prepare = prepare,
    .data = {112, 112},
    .scratch = scratch,
    .opened = opens<0, 1, 2>,
};

}  // namespace mltk::tflite
