#pragma once

#include <string>
#include <vector>

#include "quantize/quality.h"

namespace mltk::cli {

/// Samples of .npy files whose first axis is the samples, one file for each input of a model.
/// Throws Error(invalid_data) that names the file when their numbers of samples differ.
quantize::Samples read_samples(const std::vector<std::string>& paths);

}  // namespace mltk::cli
