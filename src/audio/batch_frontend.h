#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio/frontend.h"

namespace mltk::audio {

/// The frontend for many frames at once with vector instructions; the same bits as frontend.h. Transforms take one
/// frame in each lane, what follows the filter bank takes one channel in each.
class BatchFrontend {
 public:
  /// FFTs that are shorter have no place for a vector.
  static constexpr int kSmallestFft = 64;

  /// `constants` must outlive this object. Its FFT has at least kSmallestFft points.
  explicit BatchFrontend(const FrontendConstants& constants);

  /// Channels of a row in signals, at least C.
  std::size_t stride() const { return stride_; }

  /// Amplitudes of `frames` frames that start `step` samples apart. Throws nothing.
  ///
  /// samples [(frames - 1) * step + window]   signals [frames, stride]
  void amplitudes(const std::int16_t* samples, int frames, std::uint32_t* signals);

  /// The stages behind the filter bank, except activity detection, on frames that follow each other from silence.
  ///
  /// signals [frames, stride], scratch afterwards   features [frames, C]
  void finish(std::uint32_t* signals, int frames, std::uint16_t* features);

  /// A factor as the two rows of its matrix, pairs of int16: (re, -im) and (im, re).
  struct Turn {
    std::int32_t to_re;
    std::int32_t to_im;
  };
  /// A parabola of the gain; see GainControl.
  struct Parabolas {
    std::vector<std::int32_t> start, slope, curvature;  ///< [33] by the width of x in bits; 0 and 1 have no slope
  };
  struct Tables {
    const FrontendConstants* constants;
    std::vector<std::int16_t> window;   ///< [N], zero behind the window
    std::vector<std::uint16_t> places;  ///< [N / 2] where a pair of samples stands in decimated order
    std::vector<Turn> twiddles;         ///< [N / 2]
    std::vector<Turn> super_twiddles;   ///< [N / 4]
    std::vector<std::int32_t> weights, unweights;
    std::vector<std::int32_t> logs;  ///< [129] the log table, an entry and in the upper half its growth
    Parabolas gains;
  };
  /// Scratch, for as many lanes as any instruction set has.
  struct Memory {
    hwy::AlignedFreeUniquePtr<std::int16_t[]> frames;      ///< [lanes, N]
    hwy::AlignedFreeUniquePtr<std::int32_t[]> transforms;  ///< [N / 2, lanes] pairs of int16
    hwy::AlignedFreeUniquePtr<std::int32_t[]> energies;    ///< [N / 2 + 1, lanes]
    hwy::AlignedFreeUniquePtr<std::uint32_t[]> estimates;  ///< [stride]
  };

 private:
  std::size_t stride_;
  Tables tables_;
  Memory memory_;
};

}  // namespace mltk::audio
