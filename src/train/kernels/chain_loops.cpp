#include <algorithm>
#include <cmath>

#include "train/kernels/chain.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/chain_loops.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "train/kernels/activation-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

using kernels::ChainInstruction;
using kernels::ChainOp;
using kernels::ChainSlot;

/// What an instruction reads and writes in one block.
struct Operands {
  const float* a;
  const float* b;
  const float* c;
  float* out;
  std::int64_t count;
};

template <class F>
HWY_INLINE void map1(const Operands& o, const F& f) {
  const float* a = o.a;
  float* out = o.out;
  const std::int64_t count = o.count;
  const std::int64_t step = lanes();
  std::int64_t i = 0;
  for (; i + step <= count; i += step) hn::StoreU(f(hn::LoadU(kTag, a + i)), kTag, out + i);
  if (i < count) {
    const auto n = static_cast<std::size_t>(count - i);
    store_part(f(load_part(a + i, n)), out + i, n);
  }
}

template <class F>
HWY_INLINE void map2(const Operands& o, const F& f) {
  const float* a = o.a;
  const float* b = o.b;
  float* out = o.out;
  const std::int64_t count = o.count;
  const std::int64_t step = lanes();
  std::int64_t i = 0;
  for (; i + step <= count; i += step) hn::StoreU(f(hn::LoadU(kTag, a + i), hn::LoadU(kTag, b + i)), kTag, out + i);
  if (i < count) {
    const auto n = static_cast<std::size_t>(count - i);
    store_part(f(load_part(a + i, n), load_part(b + i, n)), out + i, n);
  }
}

template <class F>
HWY_INLINE void map3(const Operands& o, const float* c, const F& f) {
  const float* a = o.a;
  const float* b = o.b;
  float* out = o.out;
  const std::int64_t count = o.count;
  const std::int64_t step = lanes();
  std::int64_t i = 0;
  for (; i + step <= count; i += step) {
    hn::StoreU(f(hn::LoadU(kTag, a + i), hn::LoadU(kTag, b + i), hn::LoadU(kTag, c + i)), kTag, out + i);
  }
  if (i < count) {
    const auto n = static_cast<std::size_t>(count - i);
    store_part(f(load_part(a + i, n), load_part(b + i, n), load_part(c + i, n)), out + i, n);
  }
}

void run_instruction(ChainOp op, const Operands& o) {
  const Vector zero = hn::Zero(kTag);
  const Vector one = hn::Set(kTag, 1.0F);
  switch (op) {
    case ChainOp::add: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Add(x, y); });
    case ChainOp::sub: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Sub(x, y); });
    case ChainOp::mul: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Mul(x, y); });
    case ChainOp::div: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Div(x, y); });
    case ChainOp::maximum: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Max(x, y); });
    case ChainOp::minimum: return map2(o, [](Vector x, Vector y) HWY_ATTR { return hn::Min(x, y); });
    case ChainOp::greater:
      return map2(o, [=](Vector x, Vector y) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(x, y), one); });
    case ChainOp::equal:
      return map2(o, [=](Vector x, Vector y) HWY_ATTR { return hn::IfThenElseZero(hn::Eq(x, y), one); });
    case ChainOp::relu: return map1(o, [](Vector x) HWY_ATTR { return relu(x); });
    case ChainOp::relu6: return map1(o, [](Vector x) HWY_ATTR { return relu6(x); });
    case ChainOp::sigmoid: return map1(o, [](Vector x) HWY_ATTR { return sigmoid(x); });
    case ChainOp::tanh: return map1(o, [](Vector x) HWY_ATTR { return hn::Tanh(kTag, x); });
    case ChainOp::exp: return map1(o, [](Vector x) HWY_ATTR { return hn::Exp(kTag, x); });
    case ChainOp::log: return map1(o, [](Vector x) HWY_ATTR { return hn::Log(kTag, x); });
    case ChainOp::sqrt: return map1(o, [](Vector x) HWY_ATTR { return hn::Sqrt(x); });
    case ChainOp::rsqrt: return map1(o, [=](Vector x) HWY_ATTR { return hn::Div(one, hn::Sqrt(x)); });
    case ChainOp::square: return map1(o, [](Vector x) HWY_ATTR { return hn::Mul(x, x); });
    case ChainOp::neg: return map1(o, [](Vector x) HWY_ATTR { return hn::Neg(x); });
    case ChainOp::abs: return map1(o, [](Vector x) HWY_ATTR { return hn::Abs(x); });
    case ChainOp::copy: return map1(o, [](Vector x) HWY_ATTR { return x; });
    case ChainOp::mul_add:
      return map3(o, o.c, [](Vector x, Vector y, Vector z) HWY_ATTR { return hn::MulAdd(x, y, z); });
    case ChainOp::mul_add_relu:
      return map3(o, o.c, [](Vector x, Vector y, Vector z) HWY_ATTR { return relu(hn::MulAdd(x, y, z)); });
    case ChainOp::pass:
      return map2(o, [=](Vector x, Vector y) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(y, zero), x); });
    case ChainOp::sum:
      return map2({o.a, o.out, nullptr, o.out, o.count}, [](Vector x, Vector y) HWY_ATTR { return hn::Add(y, x); });
    case ChainOp::dot: return map3(o, o.out, [](Vector x, Vector y, Vector z) HWY_ATTR { return hn::MulAdd(x, y, z); });
  }
}

/// Values from outside come through the cache in short runs, one operand after the other: too short for the processor
/// to look ahead by itself.
HWY_INLINE void prefetch_next(std::span<const ChainSlot> slots, std::int64_t index, std::int64_t block) {
  constexpr std::int64_t kLine = 16;
  for (const ChainSlot& slot : slots) {
    if (slot.step == 0) continue;
    const float* next = slot.data + (index + 1) * slot.step;
    for (std::int64_t i = 0; i < block; i += kLine) __builtin_prefetch(next + i);
  }
}

void run_chain(std::span<const ChainInstruction> code, std::span<const ChainSlot> slots, std::int64_t count,
               std::int64_t block) {
  std::int64_t index = 0;
  for (std::int64_t begin = 0; begin < count; begin += block, ++index) {
    const auto at = [&](std::int32_t slot) {
      const ChainSlot& s = slots[static_cast<std::size_t>(slot)];
      return s.data + index * s.step;
    };
    if (begin + block < count) prefetch_next(slots, index, std::min(block, count - begin - block));
    for (const ChainInstruction& i : code) {
      run_instruction(i.op, {at(i.a), at(i.b), at(i.c), at(i.out), std::min(block, count - begin)});
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(run_chain);

void run_chain(std::span<const kernels::ChainInstruction> code, std::span<const kernels::ChainSlot> slots,
               std::int64_t count, std::int64_t block) {
  HWY_DYNAMIC_DISPATCH(run_chain)(code, slots, count, block);
}

}  // namespace mltk::simd
#endif
