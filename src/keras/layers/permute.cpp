#include <algorithm>

#include "graph/ops/transpose.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"dims", ArgumentKind::shape, "", "new order of the axes after the batch, from 1"},
};

ValueId call(const CallContext& context) {
  std::vector<std::int64_t> order = context.layer.get<std::vector<std::int64_t>>("dims");
  order.insert(order.begin(), 0);
  std::vector<std::int64_t> sorted = order;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<std::int64_t>(i) || sorted.size() != context.shape().rank()) {
      fail(ErrorKind::invalid_argument, "dims={} is not an order of the axes 1 to {} of the input {}",
           context.layer.argument("dims").dump(), context.shape().rank() - 1, to_string(context.shape()));
    }
  }
  return ops::transpose(context.graph, context.input(), {std::move(order)});
}

}  // namespace

extern const LayerDef permute_def;
const LayerDef permute_def = {.class_name = "Permute", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
