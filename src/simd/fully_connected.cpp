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

template <class Arithmetic>
class FullyConnected {
 public:
  using Value = typename Arithmetic::Value;

  FullyConnected(const micro::FullyConnectedShape& shape, std::int32_t input_offset,
                 const typename Arithmetic::Weight* weights, typename Arithmetic::Table table)
      : inputs_(static_cast<std::size_t>(shape.inputs)),
        offset_(input_offset),
        matrix_(static_cast<std::size_t>(shape.outputs), {inputs_, {0}}, weights, std::move(table)) {
    for (int n = 0; n < shape.batches; ++n) first_input_.push_back(n * shape.inputs);
  }

  void run(const Value* input, Value* output) const {
    const std::size_t count = first_input_.size() * inputs_;
    auto* x = workspace<typename Arithmetic::X>(count + Arithmetic::kTaps);
    Arithmetic::copy(input, count, offset_, x);
    matrix_.run(x, first_input_.data(), first_input_.size(), output);
  }

 private:
  std::size_t inputs_;
  std::int32_t offset_;
  Matrix<Arithmetic> matrix_;
  std::vector<std::int32_t> first_input_;
};

Int8Kernel make_int8(const micro::FullyConnectedShape& shape, std::int32_t input_offset, const std::int8_t* weights,
                     const std::int32_t* bias, const micro::Requantize& finish) {
  Int8::Table table(static_cast<std::size_t>(shape.outputs), static_cast<std::size_t>(shape.inputs), input_offset,
                    weights, bias, finish);
  return [layer = std::make_shared<const FullyConnected<Int8>>(shape, input_offset, weights, std::move(table))](
             const std::int8_t* input, std::int8_t* output) { layer->run(input, output); };
}

FloatKernel make_float(const micro::FullyConnectedShape& shape, const float* weights, const float* bias,
                       const micro::ClampFloat& finish) {
  return [layer = std::make_shared<const FullyConnected<Float>>(
              shape, 0, weights, Float::Table(static_cast<std::size_t>(shape.outputs), bias, finish))](
             const float* input, float* output) { layer->run(input, output); };
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(make_int8);
HWY_EXPORT(make_float);

Int8Kernel fully_connected(const micro::FullyConnectedShape& shape, std::int32_t input_offset,
                           const std::int8_t* weights, const std::int32_t* bias, const micro::Requantize& finish) {
  if (!is_code_offset(input_offset)) return nullptr;
  return HWY_DYNAMIC_DISPATCH(make_int8)(shape, input_offset, weights, bias, finish);
}

FloatKernel fully_connected(const micro::FullyConnectedShape& shape, const float* weights, const float* bias,
                            const micro::ClampFloat& finish) {
  return HWY_DYNAMIC_DISPATCH(make_float)(shape, weights, bias, finish);
}

}  // namespace mltk::simd
#endif
