// Sounds: files, rate, length, and the feature generator.

#include <nanobind/stl/string.h>

#include <limits>
#include <span>
#include <string>

#include "audio/feature_generator.h"
#include "audio/length.h"
#include "audio/resample.h"
#include "audio/sound_file.h"
#include "audio_settings.h"

namespace mltk::python {
namespace {

using namespace nb::literals;

[[noreturn]] void fail_value(const std::string& key, nb::handle value, std::string_view expected) {
  fail(ErrorKind::invalid_argument, "audio feature settings: {} is {}, expected {}; change this setting", key,
       nb::cast<std::string>(nb::repr(value)), expected);
}

void read(const std::string& key, nb::handle value, bool& field) { field = nb::cast<bool>(nb::bool_(value)); }

void read(const std::string& key, nb::handle value, int& field) {
  try {
    const auto number = nb::cast<std::int64_t>(nb::int_(value));
    if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
      fail_value(key, value, "an integer of 32 bits");
    }
    field = static_cast<int>(number);
  } catch (const nb::python_error&) {
    fail_value(key, value, "an integer");
  } catch (const nb::cast_error&) {
    fail_value(key, value, "an integer of 32 bits");
  }
}

void read(const std::string& key, nb::handle value, float& field) {
  try {
    field = static_cast<float>(nb::cast<double>(nb::float_(value)));
  } catch (const nb::python_error&) {
    fail_value(key, value, "a number");
  }
}

std::span<const std::int16_t> samples_of(const nb::ndarray<const std::int16_t, nb::ndim<1>, nb::c_contig>& samples) {
  return {samples.data(), samples.shape(0)};
}

Tensor to_tensor(std::span<const float> samples) { return Tensor(Shape{std::ssize(samples)}, samples); }

std::span<const float> floats_of(const nb::ndarray<const float, nb::ndim<1>, nb::c_contig>& samples) {
  return {samples.data(), samples.shape(0)};
}

}  // namespace

audio::FeatureSettings to_feature_settings(nb::handle mapping) {
  audio::FeatureSettings settings;
  audio::visit_fields(settings, [&](const char* name, auto& field) {
    const std::string key = std::string("fe.") + name;
    if (!nb::cast<bool>(mapping.attr("__contains__")(key))) {
      fail(ErrorKind::invalid_argument,
           "audio feature settings: the key {} is missing; start from AudioFeatureGeneratorSettings(), which has all "
           "of them",
           key);
    }
    read(key, mapping[key.c_str()], field);
  });
  return settings;
}

void bind_audio(nb::module_& module) {
  using audio::FeatureGenerator;
  using Samples = nb::ndarray<const std::int16_t, nb::ndim<1>, nb::c_contig>;
  nb::class_<FeatureGenerator>(module, "FeatureGenerator")
      .def(
          "__init__",
          [](FeatureGenerator* self, nb::handle settings) {
            new (self) FeatureGenerator(to_feature_settings(settings));
          },
          "settings"_a)
      .def(
          "process",
          [](FeatureGenerator& self, const Samples& sample, const std::string& dtype) {
            Tensor spectrogram;
            {
              const nb::gil_scoped_release release;
              spectrogram = self.process(samples_of(sample), dtype_of(dtype));
            }
            return to_numpy(spectrogram);
          },
          "sample"_a, "dtype"_a)
      .def("activity_was_detected", &FeatureGenerator::activity_was_detected);

  using Sound = nb::ndarray<const float, nb::ndim<1>, nb::c_contig>;
  module.def(
      "read_sound",
      [](const std::string& path) {
        const audio::Clip clip = audio::read_sound_file(path);
        return nb::make_tuple(to_numpy(to_tensor(clip.samples)), clip.rate_hz);
      },
      "path"_a);
  module.def(
      "write_wav",
      [](const std::string& path, const Sound& samples, std::int64_t rate_hz) {
        audio::write_wav_file(path,
                              {.samples = {samples.data(), samples.data() + samples.shape(0)}, .rate_hz = rate_hz});
      },
      "path"_a, "samples"_a, "rate_hz"_a);
  module.def(
      "resample",
      [](const Sound& samples, double from_hz, double to_hz) {
        return to_numpy(to_tensor(audio::resample(floats_of(samples), from_hz, to_hz)));
      },
      "samples"_a, "from_hz"_a, "to_hz"_a);
  module.def(
      "trimmed_range",
      [](const Sound& samples, double threshold_db) {
        const auto [first, last] = audio::trimmed_range(floats_of(samples), threshold_db);
        return nb::make_tuple(first, last);
      },
      "samples"_a, "threshold_db"_a);
  module.def(
      "fit_length",
      [](const Sound& samples, std::size_t length, double offset) {
        return to_numpy(to_tensor(audio::fit_length(floats_of(samples), length, offset)));
      },
      "samples"_a, "length"_a, "offset"_a);
}

}  // namespace mltk::python
