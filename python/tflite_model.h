#pragma once

#include <nanobind/nanobind.h>

#include "tflite/model.h"

namespace mltk::python {

/// A .tflite model in memory: `mltk._core.TfliteModel`.
struct TfliteModel {
  tflite::Model model;
};

/// What stands in the file, tensor by tensor and operator by operator.
void bind_tflite(nanobind::module_& module, nanobind::class_<TfliteModel>& model);

}  // namespace mltk::python
