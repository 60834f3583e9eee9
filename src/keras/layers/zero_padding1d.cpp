#include "graph/ops/pad.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"padding", ArgumentKind::borders_1d, "[1, 1]", "zeros before and after the sequence"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  const auto border = context.layer.get<std::pair<std::int64_t, std::int64_t>>("padding");
  return ops::pad(context.graph, context.input(), {.padding = {{0, 0}, border, {0, 0}}});
}

}  // namespace

extern const LayerDef zero_padding1d_def;
const LayerDef zero_padding1d_def = {.class_name = "ZeroPadding1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
