#pragma once

#include <memory>
#include <vector>

#include "data/batch_source.h"

namespace mltk {

/// Sources of the same samples in the same order as one: a sample has the inputs, and the labels, of all. Weights are
/// those of the first.
///
/// Throws Error(invalid_argument) when there is none, or the sources differ in the number of samples.
std::unique_ptr<BatchSource> make_joined_source(std::vector<std::unique_ptr<BatchSource>> parts);

}  // namespace mltk
