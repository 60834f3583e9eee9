#include "graph/ops/average_pool_2d.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"pool_size", ArgumentKind::pair, "[2, 2]", "height and width of the window"},
    {"strides", ArgumentKind::optional_pair, "null", "steps of the window; None: as pool_size", "pool_size"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the image; same: output as large as the input over the strides"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 4, "(batch, height, width, channels)");
  return ops::average_pool_2d(context.graph, context.input(),
                              {window_of(context.layer, context.layer.argument("pool_size"))});
}

}  // namespace

extern const LayerDef average_pooling2d_def;
const LayerDef average_pooling2d_def = {.class_name = "AveragePooling2D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
