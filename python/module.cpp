// The extension module mltk._core: the one place where Python and C++ meet.

#include <nanobind/stl/string.h>

#include <cstring>

#include "base/error.h"
#include "convert.h"

namespace mltk::python {
namespace {

DType dtype_from(nb::dlpack::dtype type) {
  for (int i = 0; i <= static_cast<int>(DType::boolean); ++i) {
    const auto candidate = static_cast<DType>(i);
    const auto name = to_string(candidate);
    const nb::dlpack::dtype_code code = name.starts_with("float")  ? nb::dlpack::dtype_code::Float
                                        : name.starts_with("int")  ? nb::dlpack::dtype_code::Int
                                        : name.starts_with("uint") ? nb::dlpack::dtype_code::UInt
                                                                   : nb::dlpack::dtype_code::Bool;
    if (type.code == static_cast<std::uint8_t>(code) && type.bits == 8 * size_of(candidate)) return candidate;
  }
  fail(ErrorKind::invalid_argument, "an array has a type that is no number");
}

nb::dlpack::dtype dlpack_type(DType type) {
  const auto name = to_string(type);
  const nb::dlpack::dtype_code code = name.starts_with("float")  ? nb::dlpack::dtype_code::Float
                                      : name.starts_with("int")  ? nb::dlpack::dtype_code::Int
                                      : name.starts_with("uint") ? nb::dlpack::dtype_code::UInt
                                                                 : nb::dlpack::dtype_code::Bool;
  return {static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(8 * size_of(type)), 1};
}

}  // namespace

Tensor to_tensor(nb::handle object) {
  const nb::object array = nb::module_::import_("numpy").attr("ascontiguousarray")(object);
  // ascontiguousarray makes at least one axis of a scalar; the shape is the original one's.
  const nb::object shape = nb::module_::import_("numpy").attr("shape")(object);
  const auto view = nb::cast<nb::ndarray<nb::ro, nb::c_contig>>(array);
  std::vector<std::int64_t> dims;
  for (nb::handle size : shape) dims.push_back(nb::cast<std::int64_t>(size));
  Tensor tensor(dtype_from(view.dtype()), Shape(dims));
  if (view.nbytes() > 0) std::memcpy(tensor.bytes().data(), view.data(), view.nbytes());
  return tensor;
}

std::vector<Tensor> to_tensors(nb::handle object) {
  std::vector<Tensor> tensors;
  if (nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object)) {
    for (nb::handle item : object) tensors.push_back(to_tensor(item));
  } else {
    tensors.push_back(to_tensor(object));
  }
  return tensors;
}

nb::object to_numpy(const Tensor& tensor) {
  auto* copy = new Tensor(tensor);
  const nb::capsule owner(copy, [](void* pointer) noexcept { delete static_cast<Tensor*>(pointer); });
  std::vector<std::size_t> shape(tensor.shape().begin(), tensor.shape().end());
  return nb::cast(nb::ndarray<nb::numpy>(copy->bytes().data(), shape.size(), shape.data(), owner, nullptr,
                                         dlpack_type(tensor.dtype())));
}

nb::list to_numpy(const std::vector<Tensor>& tensors) {
  nb::list list;
  for (const Tensor& tensor : tensors) list.append(to_numpy(tensor));
  return list;
}

std::string dump_json(nb::handle object) {
  return nb::cast<std::string>(nb::module_::import_("mltk.core.json_text").attr("dumps")(object));
}

nb::object load_json(const std::string& text) { return nb::module_::import_("json").attr("loads")(text); }

}  // namespace mltk::python

NB_MODULE(_core, module) {
  namespace nb = nanobind;
  module.doc() = "The native library of mltk.";
  nb::set_leak_warnings(false);
  nb::register_exception_translator([](const std::exception_ptr& pointer, void*) {
    try {
      std::rethrow_exception(pointer);
    } catch (const mltk::Error& error) {
      PyObject* type = PyExc_ValueError;
      switch (error.kind()) {
        case mltk::ErrorKind::unsupported: type = PyExc_NotImplementedError; break;
        case mltk::ErrorKind::io: type = PyExc_OSError; break;
        case mltk::ErrorKind::internal: type = PyExc_RuntimeError; break;
        default: break;
      }
      PyErr_SetString(type, error.what());
    }
  });
  mltk::python::bind_audio(module);
  mltk::python::bind_data(module);
  mltk::python::bind_keras(module);
  mltk::python::bind_callbacks(module);
  mltk::python::bind_models(module);
  mltk::python::bind_reports(module);
  mltk::python::bind_cli(module);
}
