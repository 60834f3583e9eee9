// The structure of .tflite models and single inferences: what mltk.core.tflite_model and tflite_micro stand on.

#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "convert.h"
#include "interpreter/arena.h"
#include "interpreter/interpreter.h"
#include "interpreter/profile.h"
#include "memory/greedy_planner.h"
#include "micro/unpack_int4.h"
#include "tflite/metadata.h"
#include "tflite/op_def.h"
#include "tflite/text.h"
#include "tflite_model.h"

namespace mltk::python {
namespace {

using namespace nb::literals;
using Bytes = std::vector<std::uint8_t>;

nb::bytes to_bytes(std::span<const std::uint8_t> bytes) { return nb::bytes(bytes.data(), bytes.size()); }

std::span<const std::uint8_t> view(const nb::bytes& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.c_str()), bytes.size()};
}

template <class T>
T& item(std::vector<T>& items, std::size_t index, std::string_view what) {
  if (index >= items.size()) {
    throw nb::index_error(fmt::format("{} {} does not exist; there are {}", what, index, items.size()).c_str());
  }
  return items[index];
}

tflite::Subgraph& subgraph_at(TfliteModel& self, std::size_t index) {
  return item(self.model.subgraphs, index, "subgraph");
}

tflite::Tensor& tensor_at(TfliteModel& self, std::size_t subgraph, std::size_t index) {
  return item(subgraph_at(self, subgraph).tensors, index, "tensor");
}

nb::dict describe_subgraph(TfliteModel& self, std::size_t index) {
  const tflite::Subgraph& subgraph = subgraph_at(self, index);
  nb::dict about;
  about["name"] = subgraph.name;
  about["inputs"] = subgraph.inputs;
  about["outputs"] = subgraph.outputs;
  about["n_tensors"] = subgraph.tensors.size();
  about["n_operators"] = subgraph.operators.size();
  return about;
}

nb::dict describe_tensor(TfliteModel& self, std::size_t subgraph, std::size_t index) {
  const tflite::Tensor& tensor = tensor_at(self, subgraph, index);
  nb::dict about;
  about["name"] = tensor.name;
  about["shape"] = tensor.shape;
  about["shape_signature"] = tensor.shape_signature;
  about["has_rank"] = tensor.has_rank;
  about["type"] = static_cast<int>(tensor.type);
  about["dtype"] = std::string(tflite::to_string(tensor.type));
  about["buffer"] = tensor.buffer;
  about["is_variable"] = tensor.is_variable;
  about["scale"] = tensor.quantization.scale;
  about["zero_point"] = tensor.quantization.zero_point;
  about["min"] = tensor.quantization.min;
  about["max"] = tensor.quantization.max;
  about["quantized_dimension"] = tensor.quantization.quantized_dimension;
  return about;
}

/// The values of a constant, int4 as int8; None for a tensor that is computed.
nb::object constant(TfliteModel& self, std::size_t subgraph, std::size_t index) {
  const tflite::Tensor& tensor = tensor_at(self, subgraph, index);
  const Bytes& stored = self.model.buffer_of(tensor);
  if (stored.empty()) return nb::none();
  if (tensor.type != tflite::TensorType::int4) return to_bytes(stored);
  Bytes values(static_cast<std::size_t>(elements(tensor)));
  micro::unpack_int4(stored.data(), elements(tensor), reinterpret_cast<std::int8_t*>(values.data()));
  return to_bytes(values);
}

Bytes pack_int4(std::span<const std::uint8_t> values) {
  Bytes packed((values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<std::int8_t>(values[i]);
    if (value < -8 || value > 7) {
      fail(ErrorKind::invalid_argument, "element {} of an int4 tensor is {}; expected -8 to 7", i, value);
    }
    packed[i / 2] |= static_cast<std::uint8_t>((value & 15) << (i % 2 * 4));
  }
  return packed;
}

/// Replace the values of a constant; those of other tensors in the same buffer stay.
void set_constant(TfliteModel& self, std::size_t subgraph, std::size_t index, const nb::bytes& values) {
  tflite::Tensor& tensor = tensor_at(self, subgraph, index);
  Bytes bytes(view(values).begin(), view(values).end());
  if (tensor.type == tflite::TensorType::int4 && std::int64_t(bytes.size()) == elements(tensor)) {
    bytes = pack_int4(view(values));
  }
  if (std::int64_t(bytes.size()) != byte_size(tensor)) {
    fail(ErrorKind::invalid_argument, "tensor '{}' has {} bytes; got {}", tensor.name, byte_size(tensor), bytes.size());
  }
  std::int64_t users = 0;
  for (const tflite::Subgraph& other : self.model.subgraphs) {
    users += std::ranges::count(other.tensors, tensor.buffer, &tflite::Tensor::buffer);
  }
  if (tensor.buffer == 0 || users > 1) {
    tensor.buffer = static_cast<std::uint32_t>(self.model.buffers.size());
    self.model.buffers.emplace_back();
  }
  self.model.buffers[tensor.buffer] = std::move(bytes);
}

nb::dict describe_operator(TfliteModel& self, std::size_t subgraph, std::size_t index) {
  const tflite::Operator& op = item(subgraph_at(self, subgraph).operators, index, "operator");
  nb::dict options;
  for (const auto& [name, value] : options_of(op)) options[name.c_str()] = value;
  nb::dict about;
  about["opcode"] = static_cast<int>(op.code);
  about["opcode_name"] = tflite::opcode_text(op);
  about["custom_code"] = op.custom_code;
  about["version"] = op.version;
  about["options"] = options;
  about["options_type"] = options_type_of(op);
  about["options_text"] = options_text(op);
  about["custom_options"] = to_bytes(op.custom_options);
  about["inputs"] = op.inputs;
  about["outputs"] = op.outputs;
  about["intermediates"] = op.intermediates;
  return about;
}

nb::dict kernel_parameters(TfliteModel& self, std::size_t subgraph, std::size_t index) {
  static_cast<void>(item(subgraph_at(self, subgraph).operators, index, "operator"));
  nb::dict parameters;
  for (const auto& [name, value] : tflite::parameters_of({self.model, self.model.subgraphs[subgraph], index})) {
    parameters[name.c_str()] = value;
  }
  return parameters;
}

nb::list signatures(const TfliteModel& self) {
  const auto tensors = [](const std::vector<tflite::SignatureTensor>& names) {
    nb::dict by_name;
    for (const auto& entry : names) by_name[entry.name.c_str()] = entry.tensor;
    return by_name;
  };
  nb::list list;
  for (const tflite::Signature& signature : self.model.signatures) {
    list.append(
        nb::make_tuple(signature.key, signature.subgraph, tensors(signature.inputs), tensors(signature.outputs)));
  }
  return list;
}

/// An inference at a time, in an arena of a given size, as on the device.
class MicroModel {
 public:
  /// `arena_bytes` <= 0: as many as are needed.
  MicroModel(const TfliteModel& model, std::int64_t arena_bytes) : interpreter_(model.model) {
    const std::int64_t needed = arena_size(model.model, PointerSize::bits_64).minimum;
    if (arena_bytes > 0 && arena_bytes < needed) {
      fail(ErrorKind::invalid_argument, "the runtime buffer has {} bytes; the model needs {}", arena_bytes, needed);
    }
  }

  void set_input(std::size_t index, const nb::bytes& values) { interpreter_.set_input(index, view(values)); }
  nb::bytes output(std::size_t index) const { return to_bytes(interpreter_.output(index)); }

  /// `after`, when it is callable, gets the index of each operator that has run and the bytes of its inputs (None for
  /// one that is absent) and outputs.
  void invoke(nb::handle after) {
    if (after.is_none()) {
      const nb::gil_scoped_release release;
      interpreter_.invoke();
      return;
    }
    const auto& operators = interpreter_.model().subgraphs[0].operators;
    interpreter_.invoke([&](std::size_t k) { after(k, values(operators[k].inputs), values(operators[k].outputs)); });
  }

  void reset_variables() { interpreter_.reset_variables(); }

 private:
  nb::list values(const std::vector<std::int32_t>& tensors) const {
    nb::list list;
    for (const std::int32_t i : tensors) {
      if (i < 0) {
        list.append(nb::none());
      } else {
        list.append(to_bytes(interpreter_.tensor(static_cast<std::size_t>(i))));
      }
    }
    return list;
  }

  Interpreter interpreter_;
};

/// The places of tensors and scratch buffers (tensor -1) in a 32-bit device's arena.
nb::list memory_plan(const TfliteModel& self) {
  nb::list list;
  for (const ArenaTensor& buffer : profile(self.model, "", 0).arena_tensors) {
    list.append(nb::make_tuple(buffer.bytes, buffer.first, buffer.last, buffer.offset, buffer.tensor));
  }
  return list;
}

/// (size, first use, last use, offset or -1) of each buffer to their offsets.
std::vector<std::int64_t> plan_buffers(const std::vector<std::vector<std::int64_t>>& buffers) {
  std::vector<BufferLifetime> lifetimes;
  for (const auto& buffer : buffers) {
    lifetimes.push_back({.size_bytes = buffer.at(0),
                         .first_use = static_cast<std::int32_t>(buffer.at(1)),
                         .last_use = static_cast<std::int32_t>(buffer.at(2))});
    if (buffer.at(3) >= 0) lifetimes.back().fixed_offset = buffer.at(3);
  }
  return plan_memory(lifetimes).offsets;
}

/// Names of the schema's enumerations by their numbers, until the first number without a name.
template <class Name>
std::vector<std::string> names(Name name) {
  std::vector<std::string> list;
  for (int i = 0;; ++i) {
    const std::string text = name(i);
    if (text.ends_with(std::to_string(i)) && (text.starts_with("OPERATOR_") || text == fmt::format("Options{}", i))) {
      return list;
    }
    list.push_back(text);
  }
}

}  // namespace

void bind_tflite(nb::module_& module, nb::class_<TfliteModel>& model) {
  model.def_prop_ro("version", [](const TfliteModel& self) { return self.model.version; })
      .def_prop_ro("n_subgraphs", [](const TfliteModel& self) { return self.model.subgraphs.size(); })
      .def_prop_ro("n_buffers", [](const TfliteModel& self) { return self.model.buffers.size(); })
      .def("subgraph", &describe_subgraph, "index"_a)
      .def("tensor", &describe_tensor, "subgraph"_a, "index"_a)
      .def("constant", &constant, "subgraph"_a, "index"_a)
      .def("set_constant", &set_constant, "subgraph"_a, "index"_a, "values"_a)
      .def("operator", &describe_operator, "subgraph"_a, "index"_a)
      .def("kernel_parameters", &kernel_parameters, "subgraph"_a, "index"_a)
      .def("buffer", [](TfliteModel& self, std::size_t i) { return to_bytes(item(self.model.buffers, i, "buffer")); })
      .def("metadata",
           [](const TfliteModel& self) {
             nb::list list;
             for (const auto& entry : self.model.metadata) list.append(nb::make_tuple(entry.name, entry.buffer));
             return list;
           })
      .def("remove_metadata",
           [](TfliteModel& self, const std::string& name) { return tflite::remove_metadata(self.model, name); })
      .def("signatures", &signatures)
      .def("memory_plan", &memory_plan)
      .def("persistent_bytes",
           [](const TfliteModel& self) { return arena_size(self.model, PointerSize::bits_32).tail; });

  nb::class_<MicroModel>(module, "MicroModel")
      .def(nb::init<const TfliteModel&, std::int64_t>(), "model"_a, "arena_bytes"_a)
      .def("set_input", &MicroModel::set_input, "index"_a, "values"_a)
      .def("output", &MicroModel::output, "index"_a)
      .def("invoke", &MicroModel::invoke, "after"_a.none())
      .def("reset_variables", &MicroModel::reset_variables);

  module.def("plan_buffers", &plan_buffers, "buffers"_a);
  module.def("operator_names",
             [] { return names([](int i) { return tflite::to_string(static_cast<tflite::BuiltinOperator>(i)); }); });
  module.def("options_names",
             [] { return names([](int i) { return tflite::options_type_name(static_cast<std::uint8_t>(i)); }); });
}

}  // namespace mltk::python
