// The feature generator of sound.

#include <nanobind/stl/string.h>

#include <limits>
#include <span>
#include <string>

#include "audio/feature_generator.h"
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
}

}  // namespace mltk::python
