#include "graph/ops/equal.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_max.h"
#include "graph/ops/reshape.h"
#include "graph/ops/sub.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"mask_value", ArgumentKind::number, "0.0", "a step whose values all are this one does not count"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Shape& shape = context.shape();
  if (shape.rank() < 3) {
    fail(ErrorKind::invalid_argument, "the input is {}, expected (batch, steps, features)", to_string(shape));
  }
  const ValueId equal = ops::equal(graph, context.input(), graph.add_scalar(context.layer.get<float>("mask_value")));
  const ValueId differs = ops::sub(graph, graph.add_scalar(1), equal);
  const ValueId counts =
      ops::reduce_max(graph, differs, {.axes = {static_cast<std::int64_t>(shape.rank()) - 1}, .keep_dims = true});
  const ValueId result = ops::mul(graph, context.input(), counts);
  graph.set_mask(result, ops::reshape(graph, counts, Shape(std::span(shape.begin(), shape.end() - 1))));
  return result;
}

}  // namespace

extern const LayerDef masking_def;
const LayerDef masking_def = {.class_name = "Masking", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
