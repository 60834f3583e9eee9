#include "quantize/converter.h"

#include <algorithm>
#include <set>

#include "quantize/arrange.h"
#include "quantize/constants.h"
#include "quantize/float_graph.h"
#include "quantize/optimize.h"
#include "quantize/order.h"

namespace mltk::quantize {
namespace {

void check_finite(const Graph& graph) {
  for (const Value& value : graph.values()) {
    if (value.kind != ValueKind::variable) continue;
    if (!value.variable->value.is_finite()) {
      fail(ErrorKind::invalid_model,
           "weight {} has values that are not finite: the training diverged. Train with a lower learning rate, or let "
           "early stopping restore the best weights",
           value.variable->name);
    }
  }
}

/// Nodes that the outputs depend on and that vary with the inputs, in the converter's order.
std::vector<const Node*> varying_nodes(const Graph& graph, const std::map<ValueId, Tensor>& constants,
                                       const std::string& model_name) {
  std::vector<bool> live(graph.values().size());
  for (const ValueId id : graph.outputs()) live[static_cast<std::size_t>(id.index)] = true;
  std::set<const Node*> varying;
  for (std::size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    const auto is_live = [&](ValueId id) { return live[static_cast<std::size_t>(id.index)]; };
    if (!std::ranges::any_of(node.outputs, is_live) || constants.contains(node.outputs[0])) continue;
    for (const ValueId id : node.inputs) live[static_cast<std::size_t>(id.index)] = true;
    varying.insert(&node);
  }
  std::vector<const Node*> nodes = import_order(graph, model_name);
  std::erase_if(nodes, [&](const Node* node) { return !varying.contains(node); });
  return nodes;
}

void lower(Lowering lowering) {
  const Node& node = lowering.node;
  const auto table = lowering_table();
  const auto found = std::ranges::find(table, node.op->name, [](const LoweringDef* def) { return def->op; });
  if (found == table.end()) {
    std::vector<std::string_view> known;
    for (const LoweringDef* def : table) known.push_back(def->op);
    const std::string where = to_string(node.scope.source);
    fail(ErrorKind::unsupported, "layer '{}'{}: '{}' has no int8 operator on the device. Supported operations: {}",
         node.scope.layer, where.empty() ? "" : " (" + where + ")", node.op->name, fmt::join(known, ", "));
  }
  (*found)->lower(lowering);
}

}  // namespace

tflite::Model convert_to_float(const Graph& inference, const ConvertOptions& options) {
  check_finite(inference);
  const std::map<ValueId, Tensor> constants = fold_constants(inference, options.rsqrt);
  FloatGraph graph(inference, options.fixed_batch);
  std::map<ValueId, std::int32_t> tensors;
  for (const ValueId id : inference.inputs()) {
    tensors[id] = graph.add_activation(fmt::format("serving_default_{}:0", inference[id].name), inference.shape(id));
    graph.main().inputs.push_back(tensors[id]);
  }
  for (const Node* node : varying_nodes(inference, constants, options.model_name)) {
    lower({.graph = graph, .node = *node, .tensors = tensors, .constants = constants});
  }
  std::vector<std::string> output_names;
  for (const ValueId id : inference.outputs()) {
    const auto tensor = tensors.find(id);
    if (tensor == tensors.end()) {
      fail(ErrorKind::invalid_model,
           "an output of the model does not depend on its inputs; there is nothing to convert");
    }
    graph.main().outputs.push_back(tensor->second);
    const Node* producer = inference.producer(id);
    output_names.push_back(producer == nullptr ? "output" : producer->scope.layer);
  }
  optimize(graph);
  for (std::size_t i = 0; i < graph.main().outputs.size(); ++i) {
    graph.tensor(graph.main().outputs[i]).name = fmt::format("StatefulPartitionedCall:{}", i);
  }

  tflite::Model model = graph.finish(options.description);
  tflite::Signature signature{.key = "serving_default"};
  const tflite::Subgraph& main = model.subgraphs[0];
  for (std::size_t i = 0; i < main.inputs.size(); ++i) {
    signature.inputs.push_back({inference[inference.inputs()[i]].name, static_cast<std::uint32_t>(main.inputs[i])});
  }
  for (std::size_t i = 0; i < main.outputs.size(); ++i) {
    signature.outputs.push_back({output_names[i], static_cast<std::uint32_t>(main.outputs[i])});
  }
  model.signatures.push_back(std::move(signature));
  return arrange(model);
}

}  // namespace mltk::quantize
