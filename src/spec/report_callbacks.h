#pragma once

#include <filesystem>
#include <memory>

#include "train/fit.h"

namespace mltk {

/// Prints a line an epoch to stdout on a terminal, to stderr elsewhere. `samples` of an epoch, -1 when unknown.
std::unique_ptr<Callback> make_progress(std::int64_t samples);

/// Writes the scalars of each epoch as TensorBoard event files, in Keras' layout: `train` and `validation` folders,
/// tags `epoch_<name>`.
std::unique_ptr<Callback> make_tensorboard(const std::filesystem::path& folder);

}  // namespace mltk
