#pragma once

#include <string>

#include "train/trainer.h"

namespace mltk {

/// Where the time of a run of training went.
struct FitProfile {
  double data_seconds = 0;   ///< waiting for batches: reading, decoding, augmentation
  double step_seconds = 0;   ///< in steps
  double total_seconds = 0;  ///< with validation, callbacks and files
  std::int64_t steps = 0;
};

/// A table of the units of a step, the slowest first, and what limits an epoch.
std::string profile_text(const Trainer& trainer, const FitProfile& profile);

}  // namespace mltk
