#include "quantize/order.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

namespace mltk::quantize {
namespace {

/// What TensorFlow calls the weights of an operator that reads them; others go by their own names.
constexpr std::pair<std::string_view, std::string_view> kWeightNames[] = {
    {"conv_2d", "conv2d_readvariableop"},
    {"depthwise_conv_2d", "depthwise_readvariableop"},
    {"matmul", "matmul_readvariableop"},
    {"unstack", "readvariableop"},
};

/// Constants that an operator carries along, as TensorFlow names them.
constexpr std::pair<std::string_view, std::string_view> kHiddenConstants[] = {
    {"reshape", "Const"},      {"reduce_mean", "Mean/reduction_indices"}, {"pad", "Pad/paddings"},
    {"concat", "concat/axis"}, {"transpose", "transpose/perm"},
};

std::string_view find(std::span<const std::pair<std::string_view, std::string_view>> names, std::string_view op) {
  const auto found = std::ranges::find(names, op, &std::pair<std::string_view, std::string_view>::first);
  return found == names.end() ? std::string_view() : found->second;
}

/// Name of the function argument that holds a variable: "model_conv2d_biasadd_readvariableop_resource".
std::string argument_name(const std::string& model, const Node& reader, const std::string& variable) {
  std::string_view suffix = find(kWeightNames, reader.op->name);
  const std::string leaf = variable.substr(variable.rfind('/') + 1);
  // The second product of a recurrent cell.
  if (leaf.starts_with("recurrent_kernel")) suffix = "matmul_1_readvariableop";
  if (suffix.empty()) suffix = leaf.starts_with("bias") ? "biasadd_readvariableop" : std::string_view(leaf);
  std::string name = fmt::format("{}/{}/{}", model, reader.scope.layer, suffix);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return c == '/' ? '_' : std::tolower(c); });
  return name;
}

class Walk {
 public:
  Walk(const Graph& graph, const std::string& model) : graph_(graph), visited_(graph.nodes().size()) {
    users_.resize(graph.values().size());
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
      const Node& node = graph.nodes()[i];
      for (const ValueId id : node.inputs) users_[static_cast<std::size_t>(id.index)].push_back(i);
      if (const auto constant = find(kHiddenConstants, node.op->name); !constant.empty())
        starts_[fmt::format("{}/{}/{}", model, node.scope.layer, constant)].push_back(i);
    }
    for (std::size_t i = 0; i < graph.values().size(); ++i) add_start(graph.values()[i], users_[i], model);
  }

  std::vector<const Node*> operator()() {
    for (auto start = starts_.rbegin(); start != starts_.rend(); ++start) visit_all(start->second);
    std::vector<const Node*> nodes;
    for (auto i = left_.rbegin(); i != left_.rend(); ++i) nodes.push_back(&graph_.nodes()[*i]);
    return nodes;
  }

 private:
  const Graph& graph_;
  std::vector<bool> visited_;
  std::vector<std::vector<std::size_t>> users_;             ///< of each value
  std::map<std::string, std::vector<std::size_t>> starts_;  ///< nodes that read what has the name
  std::vector<std::size_t> left_;                           ///< nodes in the order in which the walk leaves them

  void add_start(const Value& value, const std::vector<std::size_t>& users, const std::string& model) {
    if (users.empty() || value.kind == ValueKind::result) return;
    const Node& reader = graph_.nodes()[users[0]];
    std::string name = value.name;
    if (value.kind == ValueKind::variable) name = argument_name(model, reader, value.variable->name);
    if (value.kind == ValueKind::constant) name = fmt::format("{}/{}/Const", model, reader.scope.layer);
    auto& nodes = starts_[name];
    nodes.insert(nodes.end(), users.begin(), users.end());
    sort_by_name(nodes);
  }

  void sort_by_name(std::vector<std::size_t>& nodes) const {
    std::ranges::stable_sort(nodes, {}, [this](std::size_t i) {
      const Node& node = graph_.nodes()[i];
      return fmt::format("{}/{}", node.scope.layer, node.op->name);
    });
  }

  /// Users of all outputs, by name.
  std::vector<std::size_t> users_of(const Node& node) const {
    std::vector<std::size_t> users;
    for (const ValueId id : node.outputs) {
      const auto& of_one = users_[static_cast<std::size_t>(id.index)];
      users.insert(users.end(), of_one.begin(), of_one.end());
    }
    sort_by_name(users);
    return users;
  }

  void visit_all(const std::vector<std::size_t>& nodes) {
    for (auto i = nodes.rbegin(); i != nodes.rend(); ++i) visit(*i);
  }

  void visit(std::size_t first) {
    // A stack of its own: graphs are deep.
    struct Step {
      std::size_t node;
      bool leave;
    };
    std::vector<Step> stack = {{first, false}};
    while (!stack.empty()) {
      const Step step = stack.back();
      stack.pop_back();
      if (step.leave) {
        left_.push_back(step.node);
        continue;
      }
      if (visited_[step.node]) continue;
      visited_[step.node] = true;
      stack.push_back({step.node, true});
      for (const std::size_t user : users_of(graph_.nodes()[step.node])) stack.push_back({user, false});
    }
  }
};

}  // namespace

std::vector<const Node*> import_order(const Graph& graph, const std::string& model_name) {
  return Walk(graph, model_name)();
}

}  // namespace mltk::quantize
