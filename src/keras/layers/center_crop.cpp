#include "graph/ops/slice.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"height", ArgumentKind::positive, "", "of the output"},
    {"width", ArgumentKind::positive, "", "of the output"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  const Shape& shape = context.shape();
  const auto height = context.layer.get<std::int64_t>("height");
  const auto width = context.layer.get<std::int64_t>("width");
  if (shape[1] < height || shape[2] < width) {
    fail(ErrorKind::unsupported, "the input {} is smaller than {}x{}; use Resizing", to_string(shape), height, width);
  }
  return ops::slice(context.graph, context.input(),
                    {{0, (shape[1] - height) / 2, (shape[2] - width) / 2, 0}, {shape[0], height, width, shape[3]}});
}

}  // namespace

extern const LayerDef center_crop_def;
const LayerDef center_crop_def = {.class_name = "CenterCrop", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
