#include "graph/ops/slice.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"cropping", ArgumentKind::borders, "[[0, 0], [0, 0]]", "rows taken off above and below, columns left and right"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  const Shape& shape = context.shape();
  const Json& borders = context.layer.argument("cropping");
  const auto [top, bottom] = borders[0].get<std::pair<std::int64_t, std::int64_t>>();
  const auto [left, right] = borders[1].get<std::pair<std::int64_t, std::int64_t>>();
  return ops::slice(context.graph, context.input(),
                    {{0, top, left, 0}, {shape[0], shape[1] - top - bottom, shape[2] - left - right, shape[3]}});
}

}  // namespace

extern const LayerDef cropping2d_def;
const LayerDef cropping2d_def = {.class_name = "Cropping2D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
