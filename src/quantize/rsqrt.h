#pragma once

#include <functional>
#include <span>

namespace mltk::quantize {

/// 1 / sqrt of every element of `values`.
///
/// The converter folds batch normalization with TensorFlow's kernel, whose result depends on the processor: the last
/// bits of folded weights do too. Which one is used decides whether two files agree in every bit.
using Rsqrt = std::function<void(std::span<const float> values, std::span<float> results)>;

/// Correctly rounded steps, the same on every machine: what mltk writes.
void portable_rsqrt(std::span<const float> values, std::span<float> results);

/// The formula of the Newton step that refines the processor's estimate.
enum class NewtonStep {
  before_2_12,  ///< TensorFlow up to 2.11
  since_2_14,   ///< TensorFlow from 2.14 on
};

/// TensorFlow's kernel: `estimate` and one Newton step for whole packets of eight values, portable for the rest.
Rsqrt packet_rsqrt(std::function<float(float)> estimate, NewtonStep step);

/// What Intel's RSQRTPS gives for a positive normal number.
float intel_rsqrt_estimate(float value);

}  // namespace mltk::quantize
