#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <vector>

#include "tensor/tensor.h"

namespace mltk::python {

namespace nb = nanobind;

/// A copy of a NumPy array (or what numpy.asarray takes).
Tensor to_tensor(nb::handle object);
/// A list or tuple of arrays, or one array.
std::vector<Tensor> to_tensors(nb::handle object);
/// A NumPy array that owns a copy.
nb::object to_numpy(const Tensor& tensor);
nb::list to_numpy(const std::vector<Tensor>& tensors);

/// JSON by way of Python's json module, which also takes what `json_default` of the package converts.
std::string dump_json(nb::handle object);
nb::object load_json(const std::string& text);

/// What the parts of the extension module declare; one file each.
void bind_keras(nb::module_& module);
void bind_callbacks(nb::module_& module);
void bind_audio(nb::module_& module);
void bind_data(nb::module_& module);
void bind_models(nb::module_& module);
void bind_reports(nb::module_& module);
void bind_cli(nb::module_& module);

}  // namespace mltk::python
