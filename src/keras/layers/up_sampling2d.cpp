#include "keras/layers/interpolation.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"size", ArgumentKind::pair, "[2, 2]", "how many times higher and wider the output is"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"interpolation", ArgumentKind::interpolation, R"("nearest")", "nearest, bilinear or bicubic"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  const Json& size = context.layer.argument("size");
  return ops::resize(context.graph, context.input(),
                     {context.shape()[1] * size[0].get<std::int64_t>(),
                      context.shape()[2] * size[1].get<std::int64_t>(), interpolation_of(context.layer)});
}

}  // namespace

extern const LayerDef up_sampling2d_def;
const LayerDef up_sampling2d_def = {.class_name = "UpSampling2D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
