#include "graph/ops/reshape.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"target_shape", ArgumentKind::shape, "", "sizes without the batch; one may be -1"},
};

ValueId call(const CallContext& context) {
  std::vector<std::int64_t> dims = {kBatch};
  std::int64_t known = 1;
  std::size_t open = 0;
  for (const Json& item : context.layer.argument("target_shape")) {
    const auto size = item.get<std::int64_t>();
    if (size == -1) {
      open = dims.size();
    } else {
      known *= size;
    }
    dims.push_back(size);
  }
  if (open > 0 && known > 0) dims[open] = context.shape().elements() / known;
  return ops::reshape(context.graph, context.input(), Shape(dims), true);
}

}  // namespace

extern const LayerDef reshape_def;
const LayerDef reshape_def = {.class_name = "Reshape", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
