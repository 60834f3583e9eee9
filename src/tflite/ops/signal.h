#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "micro/signal.h"
#include "tflite/ops/common.h"
#include "tflite/ops/flex_options.h"

namespace mltk::tflite {

// What the audio front end's operators share: custom operators on samples and spectra of fixed point.

/// The size of the last axis. Throws for a scalar and for one that is empty.
std::int32_t frame_of(const OpContext& op, const Tensor& tensor);
/// The values of a constant int16 input.
std::vector<std::int16_t> constant_int16(const OpContext& op, std::size_t i);

/// Bytes of the device's ring buffer for `samples` samples of int16.
ArenaBytes ring_bytes(std::int64_t samples);
/// Data of the kernel and what it allocates behind it, both at Init.
ArenaBytes joined(const ArenaBytes& data, const ArenaBytes& more);
/// For each of `count` rings: pointers to memory and ring, then the rings.
std::vector<ArenaBytes> ring_arrays(std::int64_t count, std::int64_t samples);

}  // namespace mltk::tflite
