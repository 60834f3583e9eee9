#include "simd/fully_connected.h"

#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/fully_connected.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include "simd/matrix-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

class FullyConnected {
 public:
  FullyConnected(const micro::FullyConnectedShape& shape, std::int32_t input_offset, const std::int8_t* weights,
                 const std::int32_t* bias, const micro::Requantize& finish)
      : inputs_(static_cast<std::size_t>(shape.inputs)),
        offset_(input_offset),
        matrix_(static_cast<std::size_t>(shape.outputs), {inputs_, {0}}, input_offset, weights, bias, finish) {
    for (int n = 0; n < shape.batches; ++n) first_input_.push_back(n * shape.inputs);
  }

  void run(const std::int8_t* input, std::int8_t* output) const {
    const std::size_t count = first_input_.size() * inputs_;
    auto* x = workspace<Dot::X>(count + Dot::kTaps);
    copy_input(input, count, offset_, x);
    matrix_.run(x, first_input_.data(), first_input_.size(), output);
  }

 private:
  std::size_t inputs_;
  std::int32_t offset_;
  Matrix matrix_;
  std::vector<std::int32_t> first_input_;
};

Int8Kernel make_fully_connected(const micro::FullyConnectedShape& shape, std::int32_t input_offset,
                                const std::int8_t* weights, const std::int32_t* bias, const micro::Requantize& finish) {
  return [layer = std::make_shared<const FullyConnected>(shape, input_offset, weights, bias, finish)](
             const std::int8_t* input, std::int8_t* output) { layer->run(input, output); };
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(make_fully_connected);

Int8Kernel fully_connected(const micro::FullyConnectedShape& shape, std::int32_t input_offset,
                           const std::int8_t* weights, const std::int32_t* bias, const micro::Requantize& finish) {
  if (input_offset < -127 || input_offset > 128) return nullptr;
  return HWY_DYNAMIC_DISPATCH(make_fully_connected)(shape, input_offset, weights, bias, finish);
}

}  // namespace mltk::simd
#endif
