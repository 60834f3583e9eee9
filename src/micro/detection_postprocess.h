#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mltk::micro {

/// Corners of a box.
struct Box {
  float y_min;
  float x_min;
  float y_max;
  float x_max;
};

/// Centre and size of a box, or how a network encodes it relative to an anchor.
struct CentredBox {
  float y;
  float x;
  float height;
  float width;
};

struct DetectionOptions {
  int max_detections = 1;
  int classes = 1;                ///< without the background
  int classes_per_detection = 1;  ///< fast suppression: classes that are told of each box
  int detections_per_class = 1;   ///< regular suppression
  bool regular = false;           ///< suppress class by class instead of by the best class of each box
  float score_threshold = 0;
  float overlap_threshold = 1;
  CentredBox scale{1, 1, 1, 1};
};

struct DetectionInputs {
  const float* encodings = nullptr;  ///< [boxes, encoding_size], the first 4 of a row are a CentredBox
  const float* scores = nullptr;     ///< [boxes, scores_per_box]
  const CentredBox* anchors = nullptr;
  int boxes = 0;
  int encoding_size = 4;
  int scores_per_box = 1;  ///< the classes, and the background before them when it is one more
};

/// Memory of the size that tflite-micro's kernel asks for.
struct DetectionScratch {
  std::uint8_t* active;     ///< [boxes]
  Box* decoded;             ///< [boxes]
  float* class_scores;      ///< [boxes]
  float* kept_scores;       ///< [boxes]
  float* chosen_scores;     ///< [max_detections * boxes]
  float* sorted_scores;     ///< [max_detections * boxes]
  std::int32_t* kept;       ///< [boxes]
  std::int32_t* sorted;     ///< [max_detections * boxes]
  std::int32_t* chosen;     ///< [max(classes, max_detections) * boxes]
  std::int32_t* selection;  ///< [min(boxes, max_detections) * boxes]
};

/// Detections, the rest is 0.
struct DetectionOutputs {
  Box* boxes;
  float* classes;
  float* scores;
  float* count;
  int capacity;  ///< detections that the first three have room for
};

enum class DetectionResult {
  done,
  box_without_area,  ///< a decoded box ends before it begins
  too_many,          ///< more detections than the outputs have room for
};

inline Box decode_box(const CentredBox& code, const CentredBox& anchor, const CentredBox& scale) {
  const auto centre = [](double at, double by, double size, double origin) {
    return static_cast<float>(at / by * size + origin);
  };
  const auto half = [](double log_size, double by, double size) {
    return static_cast<float>(0.5 * std::exp(log_size / by) * size);
  };
  const float y = centre(code.y, scale.y, anchor.height, anchor.y);
  const float x = centre(code.x, scale.x, anchor.width, anchor.x);
  const float half_height = half(code.height, scale.height, anchor.height);
  const float half_width = half(code.width, scale.width, anchor.width);
  return {y - half_height, x - half_width, y + half_height, x + half_width};
}

/// Intersection over union.
inline float overlap(const Box& a, const Box& b) {
  const auto area = [](const Box& box) { return (box.y_max - box.y_min) * (box.x_max - box.x_min); };
  const auto larger = [](float p, float q) { return p < q ? q : p; };
  const auto smaller = [](float p, float q) { return q < p ? q : p; };
  if (area(a) <= 0 || area(b) <= 0) return 0;
  const float height = larger(smaller(a.y_max, b.y_max) - larger(a.y_min, b.y_min), 0);
  const float width = larger(smaller(a.x_max, b.x_max) - larger(a.x_min, b.x_min), 0);
  return height * width / (area(a) + area(b) - height * width);
}

/// The places of `count` values in `order`, the largest value first, equal ones in their order.
inline void sort_decreasing(const float* values, int count, std::int32_t* order, std::int32_t* spare) {
  for (int i = 0; i < count; ++i) order[i] = i;
  for (int width = 1; width < count; width *= 2) {
    for (int begin = 0; begin < count; begin += 2 * width) {
      const int middle = begin + width < count ? begin + width : count;
      const int end = middle + width < count ? middle + width : count;
      int left = begin;
      int right = middle;
      for (int i = begin; i < end; ++i) {
        const bool take_right = left == middle || (right < end && values[order[right]] > values[order[left]]);
        spare[i] = take_right ? order[right++] : order[left++];
      }
    }
    for (int i = 0; i < count; ++i) order[i] = spare[i];
  }
}

/// The places of the `wanted` largest of `count` values, the largest first, equal ones in their order; the rest of
/// `order` holds the others.
inline void select_largest(const float* values, int count, int wanted, std::int32_t* order) {
  for (int i = 0; i < count; ++i) order[i] = i;
  for (int i = 0; i < wanted; ++i) {
    int best = i;
    for (int k = i + 1; k < count; ++k) {
      const float difference = values[order[k]] - values[order[best]];
      if (difference > 0 || (values[order[k]] == values[order[best]] && order[k] < order[best])) best = k;
    }
    const std::int32_t place = order[i];
    order[i] = order[best];
    order[best] = place;
  }
}

/// Non-maximum suppression: the boxes with the best scores, of those that overlap only the best. Returns how many.
inline int suppress(const DetectionOptions& options, const float* scores, int boxes, int most,
                    const DetectionScratch& scratch) {
  int kept = 0;
  for (int i = 0; i < boxes; ++i) {
    if (scores[i] >= options.score_threshold) scratch.kept_scores[kept++] = scores[i];
  }
  sort_decreasing(scratch.kept_scores, kept, scratch.sorted, scratch.kept);
  for (int i = 0, k = 0; i < boxes; ++i) {
    if (scores[i] >= options.score_threshold) scratch.kept[k++] = i;
  }
  for (int i = 0; i < kept; ++i) scratch.active[i] = 1;
  const auto box = [&](int rank) { return scratch.kept[scratch.sorted[rank]]; };
  int selected = 0;
  for (int i = 0; i < kept && selected < most; ++i) {
    if (scratch.active[i] == 0) continue;
    scratch.selection[selected++] = box(i);
    for (int k = i + 1; k < kept; ++k) {
      if (scratch.active[k] == 0) continue;
      if (overlap(scratch.decoded[box(i)], scratch.decoded[box(k)]) > options.overlap_threshold) scratch.active[k] = 0;
    }
  }
  return selected;
}

/// Class by class; `chosen` holds box * scores_per_box + score of the best so far.
inline DetectionResult detect_regular(const DetectionOptions& options, const DetectionInputs& in,
                                      const DetectionScratch& scratch, const DetectionOutputs& out) {
  const int background = in.scores_per_box - options.classes;
  int found = 0;
  for (int c = 0; c < options.classes; ++c) {
    const int column = c + background;
    for (int i = 0; i < in.boxes; ++i)
      scratch.class_scores[i] = in.scores[static_cast<std::ptrdiff_t>(i) * in.scores_per_box + column];
    const int selected = suppress(options, scratch.class_scores, in.boxes, options.detections_per_class, scratch);
    for (int i = 0; i < selected; ++i) {
      scratch.chosen[found + i] = scratch.selection[i] * in.scores_per_box + column;
      scratch.chosen_scores[found + i] = scratch.class_scores[scratch.selection[i]];
    }
    const int together = found + selected;
    found = together < options.max_detections ? together : options.max_detections;
    select_largest(scratch.chosen_scores, together, found, scratch.sorted);
    for (int i = 0; i < found; ++i) {
      const std::int32_t from = scratch.sorted[i];
      scratch.sorted[i] = scratch.chosen[from];
      scratch.sorted_scores[i] = scratch.chosen_scores[from];
    }
    for (int i = 0; i < found; ++i) {
      scratch.chosen[i] = scratch.sorted[i];
      scratch.chosen_scores[i] = scratch.sorted_scores[i];
    }
  }
  if (found > out.capacity) return DetectionResult::too_many;
  for (int i = 0; i < found; ++i) {
    const int box = scratch.chosen[i] / in.scores_per_box;
    out.boxes[i] = scratch.decoded[box];
    out.classes[i] = static_cast<float>(scratch.chosen[i] - box * in.scores_per_box - background);
    out.scores[i] = scratch.chosen_scores[i];
  }
  *out.count = static_cast<float>(found);
  return DetectionResult::done;
}

/// By the best class of each box. With several classes per detection the device leaves gaps between detections.
inline DetectionResult detect_fast(const DetectionOptions& options, const DetectionInputs& in,
                                   const DetectionScratch& scratch, const DetectionOutputs& out) {
  const int told = options.classes_per_detection < options.classes ? options.classes_per_detection : options.classes;
  const auto scores_of = [&](int box) {
    return in.scores + static_cast<std::ptrdiff_t>(box) * in.scores_per_box + in.scores_per_box - options.classes;
  };
  const auto order_of = [&](int box) { return scratch.chosen + static_cast<std::ptrdiff_t>(box) * options.classes; };
  for (int i = 0; i < in.boxes; ++i) {
    select_largest(scores_of(i), options.classes, told, order_of(i));
    scratch.class_scores[i] = scores_of(i)[order_of(i)[0]];
  }
  const int selected = suppress(options, scratch.class_scores, in.boxes, options.max_detections, scratch);
  int count = 0;
  for (int i = 0; i < selected; ++i) {
    const int box = scratch.selection[i];
    for (int k = 0; k < told; ++k, ++count) {
      const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(told) * count + k;
      if (place >= out.capacity) return DetectionResult::too_many;
      out.boxes[place] = scratch.decoded[box];
      out.classes[place] = static_cast<float>(order_of(box)[k]);
      out.scores[place] = scores_of(box)[order_of(box)[k]];
    }
  }
  *out.count = static_cast<float>(count);
  return DetectionResult::done;
}

/// Boxes of an object detection network from its encodings, scores and anchors.
inline DetectionResult detection_postprocess(const DetectionOptions& options, const DetectionInputs& in,
                                             const DetectionScratch& scratch, const DetectionOutputs& out) {
  for (int i = 0; i < in.boxes; ++i) {
    const float* code = in.encodings + static_cast<std::ptrdiff_t>(i) * in.encoding_size;
    scratch.decoded[i] = decode_box({code[0], code[1], code[2], code[3]}, in.anchors[i], options.scale);
    if (scratch.decoded[i].y_min >= scratch.decoded[i].y_max || scratch.decoded[i].x_min >= scratch.decoded[i].x_max)
      return DetectionResult::box_without_area;
  }
  for (int i = 0; i < out.capacity; ++i) {
    out.boxes[i] = {0, 0, 0, 0};
    out.classes[i] = 0;
    out.scores[i] = 0;
  }
  return options.regular ? detect_regular(options, in, scratch, out) : detect_fast(options, in, scratch, out);
}

}  // namespace mltk::micro
