#pragma once

#include <functional>
#include <map>
#include <vector>

#include "tensor/tensor.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// Smallest and largest value of a tensor over all samples.
struct Range {
  float min = 0;
  float max = 0;
};

/// By tensor index of the main subgraph.
using Ranges = std::map<std::int32_t, Range>;

/// Gives one sample a call, one tensor per model input [1, ...]; false at the end.
using SampleSource = std::function<bool(std::vector<Tensor>&)>;

/// Run a float model on samples and keep the range of every activation: running minimum and maximum, as the
/// converter's calibration does, which sees the sum in the place of a summand that nothing else reads. Throws
/// Error(invalid_data) when there is no sample or a shape does not fit.
Ranges calibrate(const tflite::Model& model, const SampleSource& samples);

}  // namespace mltk::quantize
