#include "graph/ops/slice.h"
#include "keras/layers/interpolation.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"height", ArgumentKind::positive, "", "of the output"},
    {"width", ArgumentKind::positive, "", "of the output"},
    {"interpolation", ArgumentKind::interpolation, R"("bilinear")", "nearest, bilinear or bicubic"},
    {"crop_to_aspect_ratio", ArgumentKind::flag, "false", "cut off borders first, so that nothing is stretched"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  const auto height = context.layer.get<std::int64_t>("height");
  const auto width = context.layer.get<std::int64_t>("width");
  ValueId x = context.input();
  if (context.layer.get<bool>("crop_to_aspect_ratio")) {
    const Shape& shape = context.shape();
    const std::int64_t rows = std::min(
        shape[1], static_cast<std::int64_t>(static_cast<float>(shape[2] * height) / static_cast<float>(width)));
    const std::int64_t columns = std::min(
        shape[2], static_cast<std::int64_t>(static_cast<float>(shape[1] * width) / static_cast<float>(height)));
    x = ops::slice(graph, x,
                   {{0, (shape[1] - rows) / 2, (shape[2] - columns) / 2, 0}, {shape[0], rows, columns, shape[3]}});
  }
  return ops::resize(graph, x, {height, width, interpolation_of(context.layer)});
}

}  // namespace

extern const LayerDef resizing_def;
const LayerDef resizing_def = {.class_name = "Resizing", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
