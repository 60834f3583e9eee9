#include "interpreter/profile.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/format.h"
#include "interpreter/interpreter.h"
#include "tflite/op_def.h"
#include "tflite/text.h"

namespace mltk {
namespace {

using tflite::OpContext;
using tflite::OpDef;
using tflite::Subgraph;
using tflite::Tensor;

std::string shapes(const std::vector<Tensor>& tensors) {
  std::string text;
  for (const Tensor& tensor : tensors) text += (text.empty() ? "" : ",") + tflite::shape_text(tensor.shape);
  return text;
}

std::string dtypes(const std::vector<Tensor>& tensors) {
  std::string text;
  for (const Tensor& tensor : tensors) text += (text.empty() ? "" : ",") + std::string(to_string(tensor.type));
  return text;
}

std::vector<Tensor> tensors_at(const Subgraph& subgraph, const std::vector<std::int32_t>& indices) {
  std::vector<Tensor> tensors;
  for (const std::int32_t i : indices) {
    if (i >= 0) tensors.push_back(subgraph.tensors[static_cast<std::size_t>(i)]);
  }
  return tensors;
}

constexpr std::string_view kOtherOperators = "replace this layer by operators that the device has";

constexpr std::string_view kWholeModel =
    "quantize the whole model (int8, int16x8) or none of it, or replace this layer by operators that the device has";

std::string_view remedy_for(const Error& error) {
  if (error.kind() == ErrorKind::unsupported) return kWholeModel;
  return "convert the model again, with a fixed batch of 1 and samples of the ranges that it sees; if the file is not "
         "the "
         "converter's, it is damaged";
}

std::string with_remedy(std::string_view reason, std::string_view remedy) {
  while (reason.ends_with('.')) reason.remove_suffix(1);
  return fmt::format("{}; {}", reason, remedy);
}

/// An operator that runs subgraphs or reaches variables can be looked at in its model alone.
bool needs_its_model(const OpContext& op) {
  using enum tflite::BuiltinOperator;
  const auto code = op.op().code;
  return tflite::find_op(op.op())->subgraphs != nullptr || code == read_variable || code == assign_variable;
}

/// Why the operator cannot run, and the remedy; empty when it can.
std::string reason_not_to_run(const OpContext& op) {
  const OpDef* def = tflite::find_op(op.op());
  if (def == nullptr || def->prepare == nullptr) {
    return with_remedy(fmt::format("{}: there is no kernel for version {}", op.where(), op.op().version),
                       kOtherOperators);
  }
  if (!def->on_device) {
    return with_remedy(op.where() + ": TensorFlow Lite Micro has no such operator", kOtherOperators);
  }
  try {
    if (needs_its_model(op)) {
      Interpreter(op.model());
    } else {
      def->prepare(op);
    }
    if (def->device_takes == nullptr || def->device_takes(op)) return {};
    return with_remedy(fmt::format("{}: TensorFlow Lite Micro has no kernel for {} -> {}", op.where(),
                                   to_string(op.input(0).type), to_string(op.output().type)),
                       kWholeModel);
  } catch (const Error& error) {
    return with_remedy(error.message(), remedy_for(error));
  }
}

std::int64_t constant_bytes(const tflite::Model& model, const std::vector<Tensor>& tensors) {
  std::int64_t bytes = 0;
  for (const Tensor& tensor : tensors) bytes += static_cast<std::int64_t>(model.buffer_of(tensor).size());
  return bytes;
}

/// Inputs live from the start, outputs to the end, as on the device.
std::vector<ArenaTensor> place_tensors(const tflite::Model& model, const HeadPlan& plan) {
  const Subgraph& main = model.subgraphs[0];
  const auto uses = [](const std::vector<std::int32_t>& list, std::size_t tensor) {
    return std::ranges::find(list, static_cast<std::int32_t>(tensor)) != list.end();
  };
  std::vector<ArenaTensor> placed;
  for (std::size_t i = 0; i < main.tensors.size(); ++i) {
    if (!plan.tensors[i]) continue;
    ArenaTensor tensor{.name = main.tensors[i].name,
                       .tensor = static_cast<std::int32_t>(i),
                       .offset = *plan.tensors[i],
                       .bytes = byte_size(main.tensors[i])};
    const std::size_t count = main.operators.size();
    tensor.first = uses(main.inputs, i) ? 0 : count;
    for (std::size_t at = 0; at < count; ++at) {
      if (!uses(main.operators[at].inputs, i) && !uses(main.operators[at].outputs, i)) continue;
      tensor.first = std::min(tensor.first, at);
      tensor.last = at;
    }
    if (tensor.first == count) continue;
    if (uses(main.outputs, i)) tensor.last = count - 1;
    placed.push_back(std::move(tensor));
  }
  return placed;
}

/// The scratch buffers of each operator, named after it.
std::vector<ArenaTensor> place_scratch(const tflite::Model& model, const HeadPlan& plan,
                                       tflite::DeviceKernels kernels) {
  const Subgraph& main = model.subgraphs[0];
  std::vector<ArenaTensor> placed;
  for (std::size_t at = 0; at < main.operators.size(); ++at) {
    const OpContext op(model, main, at);
    const auto scratch = memory_of(op, kernels).scratch;
    for (std::size_t i = 0; i < scratch.size(); ++i) {
      placed.push_back({.name = fmt::format("scratch of op{}-{}", at, tflite::opcode_text(op.op())),
                        .offset = plan.scratch[plan.first_scratch[0][at] + i],
                        .bytes = scratch[i].on_32,
                        .first = at,
                        .last = at});
    }
  }
  return placed;
}

struct Column {
  std::string key;
  std::string label;
  nlohmann::ordered_json value;
  bool has_unit = false;  ///< a number that may be printed with a prefix
};

std::vector<Column> summary_columns(const ProfileReport& r) {
  std::vector<Column> columns = {
      {"name", "Name", r.name},
      {"accelerator", "Accelerator", "None"},
      {"input_shape", "Input Shape", r.input_shape},
      {"input_dtype", "Input Data Type", r.input_dtype},
      {"output_shape", "Output Shape", r.output_shape},
      {"output_dtype", "Output Data Type", r.output_dtype},
      {"tflite_size", "Flash, Model File Size (bytes)", r.flash_bytes, true},
  };
  if (r.kernels != tflite::DeviceKernels::reference) {
    columns.push_back({"kernels", "Kernels", to_string(r.kernels)});
  }
  if (r.runtime_memory_bytes) {
    columns.push_back({"runtime_memory_size", "RAM, Runtime Memory Size (bytes)", *r.runtime_memory_bytes, true});
  }
  columns.insert(columns.end(), {{"ops", "Operation Count", r.ops, true},
                                 {"macs", "Multiply-Accumulate Count", r.macs, true},
                                 {"n_layers", "Layer Count", r.layers.size()},
                                 {"n_unsupported_layers", "Unsupported Layer Count", r.unsupported_layers()}});
  return columns;
}

std::vector<Column> layer_columns(const LayerProfile& layer, bool any_unsupported) {
  std::vector<Column> columns = {
      {"index", "Index", layer.index},
      {"opcode", "OpCode", layer.opcode},
      {"ops", "# Ops", layer.ops, true},
      {"macs", "# MACs", layer.macs, true},
      {"input_shape", "Input Shape", shapes(layer.inputs)},
      {"output_shape", "Output Shape", shapes(layer.outputs)},
      {"options", "Options", layer.options},
  };
  if (any_unsupported) {
    columns.push_back({"supported", "Supported?", layer.error.empty()});
    columns.push_back({"error_msg", "Error Msg", layer.error});
  }
  return columns;
}

nlohmann::ordered_json shown(const Column& column, bool format_units) {
  if (!column.has_unit || !format_units) return column.value;
  return mltk::format_units(column.value.get<double>(), 1, false);
}

std::string cell(const Column& column, bool format_units) {
  const auto value = shown(column, format_units);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return value.dump();
}

nlohmann::ordered_json to_json(const ArenaSize& size) {
  return {{"head", size.head}, {"tail", size.tail}, {"used", size.used}, {"minimum", size.minimum}};
}

nlohmann::ordered_json to_json(const std::vector<Tensor>& tensors) {
  auto list = nlohmann::ordered_json::array();
  for (const Tensor& tensor : tensors) {
    list.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"dtype", to_string(tensor.type)}});
  }
  return list;
}

}  // namespace

std::int64_t ProfileReport::unsupported_layers() const {
  return std::ranges::count_if(layers, [](const LayerProfile& layer) { return !layer.error.empty(); });
}

ProfileReport profile(const tflite::Model& model, std::string name, std::int64_t flash_bytes,
                      tflite::DeviceKernels kernels) {
  const Subgraph& main = model.subgraphs[0];
  ProfileReport report;
  report.name = std::move(name);
  report.kernels = kernels;
  report.flash_bytes = flash_bytes;
  report.input_shape = shapes(tensors_at(main, main.inputs));
  report.input_dtype = dtypes(tensors_at(main, main.inputs));
  report.output_shape = shapes(tensors_at(main, main.outputs));
  report.output_dtype = dtypes(tensors_at(main, main.outputs));
  for (std::size_t i = 0; i < main.operators.size(); ++i) {
    const OpContext op(model, main, i);
    LayerProfile layer;
    layer.index = i;
    layer.opcode = tflite::opcode_text(op.op());
    layer.inputs = tensors_at(main, op.op().inputs);
    layer.outputs = tensors_at(main, op.op().outputs);
    layer.options = tflite::options_text(op.op());
    layer.flash_bytes = constant_bytes(model, layer.inputs);
    layer.error = reason_not_to_run(op);
    if (layer.error.empty()) {
      const tflite::OpCost cost = tflite::cost_of(op);
      layer.ops = cost.profile_ops;
      layer.macs = cost.macs;
    }
    report.ops += layer.ops;
    report.macs += layer.macs;
    report.layers.push_back(std::move(layer));
  }
  if (report.unsupported_layers() == 0) {
    report.runtime_memory_bytes = runtime_memory_size(model, kernels);
    report.arena_32 = arena_size(model, PointerSize::bits_32, kernels);
    report.arena_64 = arena_size(model, PointerSize::bits_64, kernels);
    const HeadPlan plan = plan_head(model, PointerSize::bits_32, kernels);
    report.arena_tensors = place_tensors(model, plan);
    std::ranges::move(place_scratch(model, plan, kernels), std::back_inserter(report.arena_tensors));
    for (const ArenaTensor& tensor : report.arena_tensors) {
      for (std::size_t i = tensor.first; i <= tensor.last; ++i) report.layers[i].ram_bytes += tensor.bytes;
    }
  }
  return report;
}

std::string to_text(const ProfileReport& report, bool format_units) {
  std::string text = "Profiling Summary\n";
  for (const Column& column : summary_columns(report)) {
    text += column.label + ": " + cell(column, format_units) + "\n";
  }
  const bool any_unsupported = report.unsupported_layers() > 0;
  std::vector<std::string> header;
  for (const Column& column : layer_columns({}, any_unsupported)) header.push_back(column.label);
  TextTable table(std::move(header));
  for (const LayerProfile& layer : report.layers) {
    std::vector<std::string> cells;
    for (const Column& column : layer_columns(layer, any_unsupported)) cells.push_back(cell(column, format_units));
    table.add_row(std::move(cells));
  }
  return text + "\nModel Layers\n" + table.str() + "\n";
}

nlohmann::ordered_json to_report_json(const ProfileReport& report, bool format_units) {
  nlohmann::ordered_json json = {{"summary", nlohmann::ordered_json::object()},
                                 {"summary_labels", nlohmann::ordered_json::object()},
                                 {"layers", nlohmann::ordered_json::array()},
                                 {"layer_labels", nlohmann::ordered_json::object()}};
  for (const Column& column : summary_columns(report)) {
    json["summary"][column.key] = shown(column, format_units);
    json["summary_labels"][column.key] = column.label;
  }
  const bool any_unsupported = report.unsupported_layers() > 0;
  for (const Column& column : layer_columns({}, any_unsupported)) json["layer_labels"][column.key] = column.label;
  for (const LayerProfile& layer : report.layers) {
    nlohmann::ordered_json row;
    for (const Column& column : layer_columns(layer, any_unsupported)) row[column.key] = shown(column, format_units);
    json["layers"].push_back(std::move(row));
  }
  return json;
}

nlohmann::ordered_json to_json(const ProfileReport& report) {
  nlohmann::ordered_json json = {{"name", report.name},
                                 {"macs", report.macs},
                                 {"ops", report.ops},
                                 {"kernels", to_string(report.kernels)},
                                 {"flash_bytes", report.flash_bytes},
                                 {"runtime_memory_bytes", nullptr},
                                 {"arena", nullptr},
                                 {"layers", nlohmann::ordered_json::array()},
                                 {"arena_tensors", nlohmann::ordered_json::array()}};
  if (report.runtime_memory_bytes) json["runtime_memory_bytes"] = *report.runtime_memory_bytes;
  if (report.arena_32 && report.arena_64) {
    json["arena"] = {{"32", to_json(*report.arena_32)}, {"64", to_json(*report.arena_64)}};
  }
  for (const LayerProfile& layer : report.layers) {
    json["layers"].push_back({{"index", layer.index},
                              {"name", fmt::format("op{}-{}", layer.index, layer.opcode)},
                              {"opcode", layer.opcode},
                              {"inputs", to_json(layer.inputs)},
                              {"outputs", to_json(layer.outputs)},
                              {"macs", layer.macs},
                              {"ops", layer.ops},
                              {"ram_bytes", layer.ram_bytes},
                              {"flash_bytes", layer.flash_bytes},
                              {"options", layer.options},
                              {"supported", layer.error.empty()},
                              {"error", layer.error}});
  }
  for (const ArenaTensor& tensor : report.arena_tensors) {
    json["arena_tensors"].push_back({{"name", tensor.name},
                                     {"offset", tensor.offset},
                                     {"bytes", tensor.bytes},
                                     {"first", tensor.first},
                                     {"last", tensor.last}});
  }
  return json;
}

}  // namespace mltk
