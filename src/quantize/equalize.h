#pragma once

#include <optional>
#include <vector>

#include "tflite/model.h"

namespace mltk::quantize {

/// Two operators with weights of a float model; what the first makes reaches the second alone, on a way that keeps
/// factors of channels: pooling, reshaping, padding, ReLU.
struct Pair {
  std::size_t first = 0;
  std::size_t second = 0;
};

/// The pair whose second operator is `op`; none where there is no such pair.
std::optional<Pair> pair_before(const tflite::Model& model, std::size_t op);

/// The same function with factors moved between the channels of a pair (cross-layer range equalization, Nagel et al.
/// 2019): each channel of the tensor between them then needs as much of one common range as the weights that read it.
/// `reach`: the largest absolute value of each channel that the first operator makes.
tflite::Model equalize(const tflite::Model& model, const Pair& pair, const std::vector<float>& reach);

}  // namespace mltk::quantize
