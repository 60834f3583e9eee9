#include "graph/ops/pad.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"padding", ArgumentKind::borders, "[[1, 1], [1, 1]]", "zeros above and below, left and right"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  const Json& borders = context.layer.argument("padding");
  const auto pair = [&](std::size_t axis) { return borders[axis].get<std::pair<std::int64_t, std::int64_t>>(); };
  return ops::pad(context.graph, context.input(), {.padding = {{0, 0}, pair(0), pair(1), {0, 0}}});
}

}  // namespace

extern const LayerDef zero_padding2d_def;
const LayerDef zero_padding2d_def = {.class_name = "ZeroPadding2D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
