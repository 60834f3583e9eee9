#include "tflite/ops/cast.h"

#include <limits>
#include <type_traits>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<CastOptions>(37);

template <class In, class Out>
Out convert(In x) {
  if constexpr (std::is_same_v<Out, bool>) {
    return x != In{};
  } else if constexpr (std::is_floating_point_v<In> && std::is_integral_v<Out>) {
    // Saturates where C++ leaves the result open.
    constexpr auto kLow = static_cast<double>(std::numeric_limits<Out>::min());
    constexpr auto kHigh = static_cast<double>(std::numeric_limits<Out>::max());
    if (!(static_cast<double>(x) > kLow)) return std::numeric_limits<Out>::min();
    return static_cast<double>(x) >= kHigh ? std::numeric_limits<Out>::max() : static_cast<Out>(x);
  } else {
    return static_cast<Out>(x);
  }
}

template <class In>
Kernel from(const OpContext& op) {
  switch (op.output().type) {
    case TensorType::float32: return elementwise<In, float>(op, convert<In, float>);
    case TensorType::int8: return elementwise<In, std::int8_t>(op, convert<In, std::int8_t>);
    case TensorType::uint8: return elementwise<In, std::uint8_t>(op, convert<In, std::uint8_t>);
    case TensorType::int16: return elementwise<In, std::int16_t>(op, convert<In, std::int16_t>);
    case TensorType::int32: return elementwise<In, std::int32_t>(op, convert<In, std::int32_t>);
    case TensorType::uint32: return elementwise<In, std::uint32_t>(op, convert<In, std::uint32_t>);
    case TensorType::int64: return elementwise<In, std::int64_t>(op, convert<In, std::int64_t>);
    case TensorType::boolean: return elementwise<In, bool>(op, convert<In, bool>);
    default: op.fail_types();
  }
}

/// Bytes of a file's bool may be any number; all but 0 are true.
Kernel from_bool(const OpContext& op) {
  const auto kernel = [&]<class Out>(Out) {
    return elementwise<std::uint8_t, Out>(op, [](std::uint8_t x) { return static_cast<Out>(x != 0); });
  };
  switch (op.output().type) {
    case TensorType::float32: return kernel(float{});
    case TensorType::int8: return kernel(std::int8_t{});
    case TensorType::int16: return kernel(std::int16_t{});
    case TensorType::int32: return kernel(std::int32_t{});
    case TensorType::uint32: return kernel(std::uint32_t{});
    default: op.fail_types();
  }
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  switch (op.input(0).type) {
    case TensorType::float32: return from<float>(op);
    case TensorType::int8: return from<std::int8_t>(op);
    case TensorType::uint8: return from<std::uint8_t>(op);
    case TensorType::int16: return from<std::int16_t>(op);
    case TensorType::int32: return from<std::int32_t>(op);
    case TensorType::uint32: return from<std::uint32_t>(op);
    case TensorType::int64: return from<std::int64_t>(op);
    case TensorType::boolean: return from_bool(op);
    default: op.fail_types();
  }
}

}  // namespace

extern const OpDef cast_def = {
    .code = BuiltinOperator::cast,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
};

}  // namespace mltk::tflite
