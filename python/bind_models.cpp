// .tflite models: conversion, parameters, running, summaries and profiles.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "base/file.h"
#include "convert.h"
#include "interpreter/interpreter.h"
#include "interpreter/profile.h"
#include "spec/convert.h"
#include "spec/quantization_report.h"
#include "target/budget.h"
#include "tflite/metadata.h"
#include "tflite/parameters.h"
#include "tflite/reader.h"
#include "tflite/text.h"
#include "tflite/writer.h"
#include "tflite_model.h"

namespace mltk::python {
namespace {

using namespace nb::literals;
using tflite::Parameters;
using tflite::ParameterValue;

/// Type names in the order of ParameterValue's alternatives.
constexpr std::string_view kTypes[] = {"bool",     "int8",       "uint8",      "int16", "uint16", "int32",
                                       "uint32",   "int64",      "uint64",     "float", "double", "str",
                                       "str_list", "int32_list", "float_list", "bin"};

nb::bytes to_bytes(std::span<const std::uint8_t> bytes) { return nb::bytes(bytes.data(), bytes.size()); }

std::span<const std::uint8_t> view(const nb::bytes& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.c_str()), bytes.size()};
}

template <std::size_t kIndex = 0>
ParameterValue parameter_from(std::string_view type, nb::handle value) {
  if constexpr (kIndex == std::variant_size_v<ParameterValue>) {
    fail(ErrorKind::invalid_argument, "parameter type '{}' is unknown", type);
  } else {
    if (kTypes[kIndex] != type) return parameter_from<kIndex + 1>(type, value);
    using T = std::variant_alternative_t<kIndex, ParameterValue>;
    if constexpr (std::is_same_v<T, std::vector<std::uint8_t>>) {
      const auto bytes = nb::cast<nb::bytes>(value);
      return T(view(bytes).begin(), view(bytes).end());
    } else {
      return nb::cast<T>(value);
    }
  }
}

Parameters parameters_from(nb::handle entries) {
  Parameters parameters;
  for (nb::handle item : entries) {
    const auto entry = nb::cast<nb::tuple>(item);
    parameters.set(nb::cast<std::string>(entry[0]), parameter_from(nb::cast<std::string>(entry[1]), entry[2]));
  }
  return parameters;
}

nb::list to_list(const Parameters& parameters) {
  nb::list entries;
  for (const auto& [key, value] : parameters.entries()) {
    nb::object object = std::visit(
        [](const auto& plain) -> nb::object {
          if constexpr (std::is_same_v<std::decay_t<decltype(plain)>, std::vector<std::uint8_t>>) {
            return to_bytes(plain);
          } else {
            return nb::cast(plain);
          }
        },
        value);
    entries.append(nb::make_tuple(key, std::string(kTypes[value.index()]), object));
  }
  return entries;
}

nb::list run_model(const TfliteModel& self, nb::handle arrays) {
  const std::vector<Tensor> inputs = to_tensors(arrays);
  std::vector<Tensor> outputs;
  {
    const nb::gil_scoped_release release;
    const Interpreter interpreter(self.model);
    ThreadPool pool;
    outputs = interpreter.run_batch(inputs, pool);
  }
  return to_numpy(outputs);
}

/// Samples of a Python iterable, each a list of arrays [1, ...].
quantize::SampleSource sample_source(nb::handle iterable) {
  if (iterable.is_none()) return nullptr;
  auto iterator = std::make_shared<nb::object>(nb::steal(PyObject_GetIter(iterable.ptr())));
  if (!iterator->is_valid()) throw nb::python_error();
  return [iterator](std::vector<Tensor>& sample) {
    PyObject* item = PyIter_Next(iterator->ptr());
    if (item == nullptr) {
      if (PyErr_Occurred() != nullptr) throw nb::python_error();
      return false;
    }
    sample = to_tensors(nb::steal(item));
    return true;
  };
}

tflite::TensorType tensor_type(const std::string& name) {
  for (const auto type :
       {tflite::TensorType::float32, tflite::TensorType::int8, tflite::TensorType::uint8, tflite::TensorType::int16}) {
    if (tflite::to_string(type) == name) return type;
  }
  fail(ErrorKind::unsupported,
       "type '{}' for the input or output of a .tflite is not supported; use float32, int8, uint8 or int16", name);
}

ConverterSettings converter_settings(nb::dict settings) {
  return {
      .optimize = nb::cast<bool>(settings["optimize"]),
      .supported_ops = nb::cast<std::vector<std::string>>(settings["supported_ops"]),
      .supported_types = nb::cast<std::vector<std::string>>(settings["supported_types"]),
      .new_quantizer = nb::cast<bool>(settings["new_quantizer"]),
      .input_type = tensor_type(nb::cast<std::string>(settings["input_type"])),
      .output_type = tensor_type(nb::cast<std::string>(settings["output_type"])),
      .remedies = nb::cast<std::vector<std::string>>(settings["remedies"]),
  };
}

quantize::Samples all_samples(nb::handle iterable) {
  const quantize::SampleSource source = sample_source(iterable);
  quantize::Samples samples;
  for (std::vector<Tensor> sample; source(sample);) samples.push_back(sample);
  return samples;
}

}  // namespace

void bind_models(nb::module_& module) {
  module.def("parameters_serialize", [](nb::handle entries) { return to_bytes(encode(parameters_from(entries))); });
  module.def("parameters_deserialize",
             [](const nb::bytes& bytes) { return to_list(tflite::decode_parameters(view(bytes))); });

  nb::class_<TfliteModel> tflite_model(module, "TfliteModel");
  tflite_model
      .def("__init__",
           [](TfliteModel* self, const nb::bytes& bytes) { new (self) TfliteModel{tflite::read_model(view(bytes))}; })
      .def("to_bytes", [](const TfliteModel& self) { return to_bytes(tflite::write_model(self.model)); })
      .def_prop_rw(
          "description", [](const TfliteModel& self) { return self.model.description; },
          [](TfliteModel& self, std::string text) { self.model.description = std::move(text); })
      .def("metadata_names",
           [](const TfliteModel& self) {
             std::vector<std::string> names;
             for (const auto& entry : self.model.metadata) names.push_back(entry.name);
             return names;
           })
      .def("get_metadata",
           [](const TfliteModel& self, const std::string& name) -> nb::object {
             const auto* bytes = tflite::find_metadata(self.model, name);
             return bytes == nullptr ? nb::object(nb::none()) : nb::object(to_bytes(*bytes));
           })
      .def("set_metadata",
           [](TfliteModel& self, const std::string& name, const nb::bytes& bytes) {
             tflite::set_metadata(self.model, name, {view(bytes).begin(), view(bytes).end()});
           })
      .def(
          "stamp_parameters",
          [](TfliteModel& self, nb::handle entries, std::optional<std::string> date) {
            const tflite::Stamp stamp{.date = std::move(date)};
            return to_list(tflite::stamp_parameters(self.model, parameters_from(entries), stamp));
          },
          "entries"_a, "date"_a = nb::none())
      .def("runtime_memory_size", [](const TfliteModel& self) { return runtime_memory_size(self.model); })
      .def("run", &run_model, "inputs"_a)
      .def("summary_table", [](const TfliteModel& self) { return tflite::summary_table(self.model); })
      .def("summary", [](const TfliteModel& self,
                         std::int64_t file_bytes) { return tflite::summary_text(self.model, file_bytes); })
      .def("profile", [](const TfliteModel& self, const std::string& name, std::int64_t file_bytes,
                         const std::string& kernels, const std::string& target) {
        return profile(self.model, name, file_bytes,
                       kernels_of(kernels, target.empty() ? nullptr : &find_target(target)));
      });
  bind_tflite(module, tflite_model);

  nb::class_<ProfileReport>(module, "ProfileReport")
      .def_ro("name", &ProfileReport::name)
      .def_ro("ops", &ProfileReport::ops)
      .def_ro("macs", &ProfileReport::macs)
      .def_ro("flash_bytes", &ProfileReport::flash_bytes)
      .def_prop_ro("runtime_memory_bytes",
                   [](const ProfileReport& report) { return report.runtime_memory_bytes.value_or(0); })
      .def("n_layers", [](const ProfileReport& report) { return report.layers.size(); })
      .def("n_unsupported_layers", &ProfileReport::unsupported_layers)
      .def("to_text", [](const ProfileReport& report, bool format_units) { return to_text(report, format_units); })
      .def("to_report_json",
           [](const ProfileReport& report, bool format_units) { return to_report_json(report, format_units).dump(2); })
      .def("to_json", [](const ProfileReport& report) { return to_json(report).dump(); })
      .def("target_text",
           [](const ProfileReport& report, const std::string& target) {
             return to_text(report, budget_of(report, find_target(target)));
           })
      .def("target_json",
           [](const ProfileReport& report, const std::string& target) {
             return to_json(budget_of(report, find_target(target))).dump();
           })
      .def("require_fit", [](const ProfileReport& report, const std::string& target) {
        require_fit(report, budget_of(report, find_target(target)));
      });

  module.def(
      "convert_model",
      [](const keras::Model& model, nb::dict settings, nb::handle samples) {
        return TfliteModel{convert_model(model, converter_settings(settings), sample_source(samples))};
      },
      "model"_a, "settings"_a, "samples"_a.none());
  module.def(
      "quantization_report",
      [](const keras::Model& model, nb::dict settings, nb::handle calibration, nb::handle samples) {
        ConverterSettings without_remedies = converter_settings(settings);
        without_remedies.remedies.clear();
        return to_text(quantization_report(model, without_remedies, all_samples(calibration), all_samples(samples)));
      },
      "model"_a, "settings"_a, "calibration"_a, "samples"_a);
  module.def(
      "write_file", [](const std::string& path, const nb::bytes& bytes) { write_file(path, view(bytes)); },
      "Write a file whole or not at all.");
}

}  // namespace mltk::python
