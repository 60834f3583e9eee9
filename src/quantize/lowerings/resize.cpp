#include "graph/ops/resize.h"

#include "quantize/float_graph.h"
#include "tflite/ops/resize_bilinear.h"
#include "tflite/ops/resize_nearest_neighbor.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [height, width, interpolation] = l.node.as<ResizeAttributes>();
  if (interpolation == Interpolation::bicubic) {
    fail(ErrorKind::unsupported, "layer '{}': bicubic resizing has no operator on the device; use bilinear",
         l.node.scope.layer);
  }
  const std::int32_t size = l.graph.add_constant(
      l.name("resize/size"), {2},
      std::vector<std::int32_t>{static_cast<std::int32_t>(height), static_cast<std::int32_t>(width)});
  if (interpolation == Interpolation::nearest) {
    return l.emit(tflite::BuiltinOperator::resize_nearest_neighbor,
                  tflite::ResizeNearestNeighborOptions{.half_pixel_centers = true}, {l.input(0), size},
                  "resize/ResizeNearestNeighbor");
  }
  l.emit(tflite::BuiltinOperator::resize_bilinear, tflite::ResizeBilinearOptions{.half_pixel_centers = true},
         {l.input(0), size}, "resize/ResizeBilinear");
}

}  // namespace

extern const LoweringDef resize_def;
const LoweringDef resize_def = {"resize", lower};

}  // namespace mltk::quantize
