#include "tflite/text.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/format.h"
#include "tflite/op_def.h"

namespace mltk::tflite {
namespace {

/// "24x24x8 (int8)": without the first dimension, unless it is the only one.
std::string tensor_text(const Tensor& tensor) {
  std::vector<std::int32_t> shape = tensor.shape;
  if (shape.size() > 1) shape.erase(shape.begin());
  return fmt::format("{} ({})", shape_text(shape), to_string(tensor.type));
}

std::string tensor_lines(const Subgraph& subgraph, const std::vector<std::int32_t>& indices) {
  std::vector<std::string> lines;
  for (const std::int32_t i : indices) {
    if (i >= 0) lines.push_back(tensor_text(subgraph.tensors[static_cast<std::size_t>(i)]));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

std::string opcode_text(const Operator& op) {
  std::string name = op.code == BuiltinOperator::custom ? op.custom_code : to_string(op.code);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::string summary_table(const Model& model) {
  const Subgraph& main = model.subgraphs[0];
  TextTable table({"Index", "OpCode", "Input(s)", "Output(s)", "Config"});
  std::int64_t macs = 0;
  std::int64_t ops = 0;
  for (std::size_t i = 0; i < main.operators.size(); ++i) {
    const Operator& op = main.operators[i];
    table.add_row({fmt::format("{}", i), opcode_text(op), tensor_lines(main, op.inputs), tensor_lines(main, op.outputs),
                   options_text(op)});
    const OpCost op_cost = cost_of(OpContext(model, main, i));
    macs += op_cost.macs;
    ops += op_cost.summary_ops;
  }
  return fmt::format("{}\nTotal MACs: {}\nTotal OPs: {}\n", table.str(), format_units(static_cast<double>(macs)),
                     format_units(static_cast<double>(ops)));
}

std::string information_text(const Parameters& parameters, const std::string& description, const std::string& dataset) {
  std::string text;
  const auto line = [&](std::string_view label, const std::string& value) {
    text += fmt::format("{}: {}\n", label, value);
  };
  if (const auto* name = parameters.find("name")) line("Name", to_text(*name));
  if (const auto* version = parameters.find("version")) line("Version", to_text(*version));
  if (!description.empty()) line("Description", description);
  const auto classes = parameters.texts("classes");
  if (!classes.empty()) line("Classes", fmt::format("{}", fmt::join(classes, ", ")));
  if (!dataset.empty()) line("Dataset", dataset);
  if (const auto bytes = parameters.number("runtime_memory_size")) {
    line("Runtime memory size (RAM)", format_units(*bytes));
  }
  constexpr auto kShownAbove = std::to_array<std::string_view>({"name", "version", "classes", "runtime_memory_size"});
  for (const auto& [key, value] : parameters.entries()) {
    if (std::ranges::find(kShownAbove, key) != kShownAbove.end()) continue;
    if ((key == "hash" || key == "date") && parameters.text(key).empty()) continue;
    line(key, to_text(value));
  }
  return text;
}

std::string summary_text(const Model& model, std::int64_t file_bytes, const std::string& dataset) {
  return fmt::format("{}{}.tflite file size: {}B\n", summary_table(model),
                     information_text(read_parameters(model), model.description, dataset),
                     format_units(static_cast<double>(file_bytes), 1, false));
}

}  // namespace mltk::tflite
