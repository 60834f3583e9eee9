#include "audio/resample.h"

#include <samplerate.h>

#include <cmath>

#include "base/error.h"

namespace mltk::audio {

std::vector<float> resample(std::span<const float> samples, double from_hz, double to_hz) {
  if (from_hz == to_hz) return {samples.begin(), samples.end()};
  const double ratio = to_hz / from_hz;
  if (!(from_hz > 0) || !(to_hz > 0) || src_is_valid_ratio(ratio) == 0) {
    fail(ErrorKind::invalid_argument,
         "a sound of {} Hz cannot be given a rate of {} Hz: expected positive rates, one at most 256 times the other",
         from_hz, to_hz);
  }
  std::vector<float> result(static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size()) * ratio)));
  if (samples.empty()) return result;
  SRC_DATA data{};
  data.data_in = samples.data();
  data.data_out = result.data();
  data.input_frames = static_cast<long>(samples.size());
  data.output_frames = static_cast<long>(result.size());
  data.src_ratio = ratio;
  const int status = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1);
  if (status != 0) fail(ErrorKind::internal, "resampling {} Hz to {} Hz: {}", from_hz, to_hz, src_strerror(status));
  return result;
}

}  // namespace mltk::audio
