#pragma once

#include <cstdint>

namespace mltk::micro {

template <class T>
struct Complex {
  T real;
  T imag;
};

/// Arithmetic of the fast Fourier transform on fixed-point numbers with one integer bit: every stage divides by its
/// radix, so nothing overflows; what overflows all the same wraps around.
template <class T, class Unsigned, class Wide, class UnsignedWide>
struct FixedFftMath {
  static constexpr int kBits = 8 * static_cast<int>(sizeof(T)) - 1;
  static constexpr T kMax = static_cast<T>((Unsigned{1} << kBits) - 1);

  static T add(T a, T b) { return static_cast<T>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b)); }
  static T subtract(T a, T b) { return static_cast<T>(static_cast<Unsigned>(a) - static_cast<Unsigned>(b)); }
  static T negate(T a) { return subtract(0, a); }
  static T scale_down(T x, int radix) { return round(static_cast<UnsignedWide>(Wide{x} * (kMax / radix))); }
  static T product_difference(T a, T b, T c, T d) { return round(product(a, b) - product(c, d)); }
  static T product_sum(T a, T b, T c, T d) { return round(product(a, b) + product(c, d)); }

 private:
  static UnsignedWide product(T a, T b) { return static_cast<UnsignedWide>(Wide{a} * Wide{b}); }
  static T round(UnsignedWide x) {
    return static_cast<T>(static_cast<Wide>(x + (UnsignedWide{1} << (kBits - 1))) >> kBits);
  }
};

template <class T>
struct FftMath;

template <>
struct FftMath<std::int16_t> : FixedFftMath<std::int16_t, std::uint16_t, std::int32_t, std::uint32_t> {
  static std::int16_t half_sum(std::int16_t a, std::int16_t b) { return static_cast<std::int16_t>((a + b) >> 1); }
  static std::int16_t half_difference(std::int16_t a, std::int16_t b) {
    return static_cast<std::int16_t>((a - b) >> 1);
  }
};

template <>
struct FftMath<std::int32_t> : FixedFftMath<std::int32_t, std::uint32_t, std::int64_t, std::uint64_t> {
  static std::int32_t half_sum(std::int32_t a, std::int32_t b) { return add(a, b) >> 1; }
  static std::int32_t half_difference(std::int32_t a, std::int32_t b) { return subtract(a, b) >> 1; }
};

template <>
struct FftMath<float> {
  static float add(float a, float b) { return a + b; }
  static float subtract(float a, float b) { return a - b; }
  static float negate(float a) { return -a; }
  static float scale_down(float x, int) { return x; }
  static float product_difference(float a, float b, float c, float d) { return a * b - c * d; }
  static float product_sum(float a, float b, float c, float d) { return a * b + c * d; }
  static float half_sum(float a, float b) { return (a + b) * 0.5F; }
  static float half_difference(float a, float b) { return (a - b) * 0.5F; }
};

/// Tables of a transform of 2 * `half` real numbers, `half` a power of 2 and at least 2.
template <class T>
struct RealFftTables {
  int half = 0;
  const Complex<T>* twiddles = nullptr;        ///< [half]: exp(-+2 pi i k / half)
  const Complex<T>* super_twiddles = nullptr;  ///< [half / 2]: exp(-+pi i ((k + 1) / half + 1/2))
};

template <class T>
class ComplexFft {
  using Math = FftMath<T>;
  using Value = Complex<T>;

 public:
  /// Stages of radix 4, and one of radix 2 where the length needs it, of a transform of tables.half values.
  static void run(const RealFftTables<T>& tables, bool inverse, const Value* input, Value* output) {
    stage(tables.twiddles, inverse, tables.half, 1, input, output);
  }

  static Value add(Value a, Value b) { return {Math::add(a.real, b.real), Math::add(a.imag, b.imag)}; }
  static Value subtract(Value a, Value b) { return {Math::subtract(a.real, b.real), Math::subtract(a.imag, b.imag)}; }
  static Value multiply(Value a, Value b) {
    return {Math::product_difference(a.real, b.real, a.imag, b.imag),
            Math::product_sum(a.real, b.imag, a.imag, b.real)};
  }
  static Value scale_down(Value x, int radix) {
    return {Math::scale_down(x.real, radix), Math::scale_down(x.imag, radix)};
  }

 private:
  static void stage(const Value* twiddles, bool inverse, int length, int stride, const Value* input, Value* output) {
    const int radix = length % 4 == 0 ? 4 : 2;
    const int part = length / radix;
    for (int k = 0; k < radix; ++k) {
      if (part == 1) {
        output[k] = input[k * stride];
      } else {
        stage(twiddles, inverse, part, stride * radix, input + k * stride, output + k * part);
      }
    }
    for (int i = 0; i < part; ++i) {
      if (radix == 4) {
        butterfly_4(twiddles, inverse, part, stride, i, output + i);
      } else {
        butterfly_2(twiddles, part, stride, i, output + i);
      }
    }
  }

  static void butterfly_2(const Value* twiddles, int part, int stride, int i, Value* x) {
    const Value a = scale_down(x[0], 2);
    const Value t = multiply(scale_down(x[part], 2), twiddles[i * stride]);
    x[part] = subtract(a, t);
    x[0] = add(a, t);
  }

  static void butterfly_4(const Value* twiddles, bool inverse, int part, int stride, int i, Value* x) {
    const Value a = scale_down(x[0], 4);
    const Value b = multiply(scale_down(x[part], 4), twiddles[i * stride]);
    const Value c = multiply(scale_down(x[2 * part], 4), twiddles[2 * i * stride]);
    const Value d = multiply(scale_down(x[3 * part], 4), twiddles[3 * i * stride]);
    const Value difference = subtract(a, c);
    const Value sum = add(a, c);
    const Value outer_sum = add(b, d);
    const Value outer_difference = subtract(b, d);
    x[2 * part] = subtract(sum, outer_sum);
    x[0] = add(sum, outer_sum);
    const Value left = {Math::add(difference.real, outer_difference.imag),
                        Math::subtract(difference.imag, outer_difference.real)};
    const Value right = {Math::subtract(difference.real, outer_difference.imag),
                         Math::add(difference.imag, outer_difference.real)};
    x[part] = inverse ? right : left;
    x[3 * part] = inverse ? left : right;
  }
};

/// 2 * half real numbers to half + 1 complex ones. `work` has `half` values.
template <class T>
void real_fft(const RealFftTables<T>& tables, const T* input, Complex<T>* work, Complex<T>* output) {
  using Math = FftMath<T>;
  using Fft = ComplexFft<T>;
  const int half = tables.half;
  Fft::run(tables, false, reinterpret_cast<const Complex<T>*>(input), work);
  const Complex<T> first = Fft::scale_down(work[0], 2);
  output[0] = {Math::add(first.real, first.imag), 0};
  output[half] = {Math::subtract(first.real, first.imag), 0};
  for (int k = 1; k <= half / 2; ++k) {
    const Complex<T> a = Fft::scale_down(work[k], 2);
    const Complex<T> b = Fft::scale_down(Complex<T>{work[half - k].real, Math::negate(work[half - k].imag)}, 2);
    const Complex<T> even = Fft::add(a, b);
    const Complex<T> odd = Fft::multiply(Fft::subtract(a, b), tables.super_twiddles[k - 1]);
    output[k] = {Math::half_sum(even.real, odd.real), Math::half_sum(even.imag, odd.imag)};
    output[half - k] = {Math::half_difference(even.real, odd.real), Math::half_difference(odd.imag, even.imag)};
  }
}

/// half + 1 complex numbers to 2 * half real ones. `work` has `half` values.
template <class T>
void inverse_real_fft(const RealFftTables<T>& tables, const Complex<T>* input, Complex<T>* work, T* output) {
  using Math = FftMath<T>;
  using Fft = ComplexFft<T>;
  const int half = tables.half;
  work[0] = Fft::scale_down(
      Complex<T>{Math::add(input[0].real, input[half].real), Math::subtract(input[0].real, input[half].real)}, 2);
  for (int k = 1; k <= half / 2; ++k) {
    const Complex<T> a = Fft::scale_down(input[k], 2);
    const Complex<T> b = Fft::scale_down(Complex<T>{input[half - k].real, Math::negate(input[half - k].imag)}, 2);
    const Complex<T> even = Fft::add(a, b);
    const Complex<T> odd = Fft::multiply(Fft::subtract(a, b), tables.super_twiddles[k - 1]);
    work[k] = Fft::add(even, odd);
    const Complex<T> mirrored = Fft::subtract(even, odd);
    work[half - k] = {mirrored.real, Math::negate(mirrored.imag)};
  }
  Fft::run(tables, true, work, reinterpret_cast<Complex<T>*>(output));
}

}  // namespace mltk::micro
