#include "graph/ops/slice.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"cropping", ArgumentKind::borders_1d, "[1, 1]", "steps taken off the beginning and the end"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  const Shape& shape = context.shape();
  const auto [before, after] = context.layer.get<std::pair<std::int64_t, std::int64_t>>("cropping");
  return ops::slice(context.graph, context.input(), {{0, before, 0}, {shape[0], shape[1] - before - after, shape[2]}});
}

}  // namespace

extern const LayerDef cropping1d_def;
const LayerDef cropping1d_def = {.class_name = "Cropping1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
