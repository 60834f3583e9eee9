#include "graph/ops/mul.h"
#include "keras/layers/noise.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"rate", ArgumentKind::rate, "", "share of values that become 0"},
    {"noise_shape", ArgumentKind::json, "null",
     "sizes of the mask: 1 where it is the same along an axis, None: as the input"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

Shape noise_shape(const CallContext& context) {
  const Json& given = context.layer.argument("noise_shape");
  Shape shape = context.shape();
  if (given.is_null()) return shape;
  if (!given.is_array() || given.size() != shape.rank()) {
    fail(ErrorKind::invalid_argument, "noise_shape={} does not fit the input {}", given.dump(), to_string(shape));
  }
  for (std::size_t axis = 1; axis < shape.rank(); ++axis) {
    if (!given[axis].is_null()) shape[axis] = given[axis].get<std::int64_t>();
  }
  return shape;
}

ValueId call(const CallContext& context) {
  const auto rate = context.layer.get<float>("rate");
  if (!context.training || rate == 0) return context.input();
  return ops::mul(context.graph, context.input(), mask_of(context, rate, noise_shape(context)));
}

}  // namespace

extern const LayerDef dropout_def;
const LayerDef dropout_def = {.class_name = "Dropout", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
