#include "graph/ops/average_pool_2d.h"
#include "keras/layers/sequence.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"pool_size", ArgumentKind::single, "[2]", "length of the window"},
    {"strides", ArgumentKind::optional_single, "null", "steps of the window; None: as pool_size", "pool_size"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the sequence; same: output as long as the input over the strides"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  const Window2d window = column_window_of(context.layer);
  return from_column(graph, ops::average_pool_2d(graph, as_column(graph, context.input()), {window}));
}

}  // namespace

extern const LayerDef average_pooling1d_def;
const LayerDef average_pooling1d_def = {.class_name = "AveragePooling1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
