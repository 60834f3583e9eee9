#include "train/phases.h"

#include <algorithm>

namespace mltk {
namespace {

std::size_t index(ValueId id) { return static_cast<std::size_t>(id.index); }
std::size_t index(NodeId id) { return static_cast<std::size_t>(id.index); }

std::vector<bool> find_live_nodes(const Graph& graph, const std::vector<ValueId>& kept) {
  std::vector<bool> live(graph.nodes().size());
  std::vector<ValueId> open = kept;
  while (!open.empty()) {
    const NodeId id = graph[open.back()].producer;
    open.pop_back();
    if (!id.valid() || live[index(id)]) continue;
    live[index(id)] = true;
    open.insert(open.end(), graph[id].inputs.begin(), graph[id].inputs.end());
  }
  return live;
}

bool any_batched(const Graph& graph, const std::vector<ValueId>& values) {
  return std::ranges::any_of(values, [&](ValueId id) { return graph[id].type.batched(); });
}

/// A reduction over the batch.
bool reduces(const Graph& graph, const Node& node) {
  return any_batched(graph, node.inputs) && !graph[node.outputs[0]].type.batched();
}

/// Operators that cost less than reading their result from memory.
bool is_cheap(const Node& node) {
  static constexpr std::string_view kCheap[] = {"add",   "sub",  "mul",   "maximum", "minimum", "greater",
                                                "equal", "relu", "relu6", "neg",     "square",  "abs"};
  return std::ranges::find(kCheap, node.op->name) != std::end(kCheap);
}

/// Marks the values that are recomputed where they are read.
std::vector<bool> find_recomputed(const Graph& graph, const std::vector<bool>& live, const std::vector<int>& kept) {
  std::vector<bool> recomputed(graph.values().size());
  std::vector<ValueId> sources(graph.values().size());  // by value: the batched one that it is computed from
  for (std::size_t i = 0; i < live.size(); ++i) {
    const Node& node = graph.nodes()[i];
    if (!live[i] || !is_cheap(node)) continue;
    const ValueId output = node.outputs[0];
    const Shape& domain = graph.shape(output);
    if (!domain.batched() || kept[index(output)] > 0 || !kernels::Chain::can_hold(graph, node, domain)) continue;
    ValueId source;
    bool one = true;
    for (const ValueId input : node.inputs) {
      if (!graph[input].type.batched()) continue;
      const ValueId from = recomputed[index(input)] ? sources[index(input)] : input;
      one = one && graph.shape(input) == domain && (!source.valid() || source == from);
      source = from;
    }
    recomputed[index(output)] = one;
    sources[index(output)] = source;
  }
  return recomputed;
}

/// Orders the nodes of one part of a phase into units.
class Grouper {
 public:
  /// `readers` counts for each value the nodes that read it in any phase, and one more when it is kept; of recomputed
  /// values only those of this phase count.
  Grouper(const Graph& graph, const std::vector<NodeId>& nodes, std::vector<int> readers,
          const std::vector<bool>& recomputed)
      : graph_(graph), open_(nodes), readers_(std::move(readers)), waits_(graph.values().size()) {
    for (const NodeId id : nodes) {
      for (const ValueId output : graph[id].outputs) {
        if (recomputed[index(output)]) readers_[index(output)] = 0;
      }
    }
    for (const NodeId id : nodes) {
      for (const ValueId input : graph[id].inputs) {
        if (recomputed[index(input)]) ++readers_[index(input)];
      }
      // A reduction's result is there one phase later: nobody here waits for it.
      for (const ValueId output : graph[id].outputs) waits_[index(output)] = !reduces(graph, graph[id]);
    }
  }

  /// Nodes with kernels of their own go first, so that chains become long.
  std::vector<Unit> group() {
    while (!open_.empty()) {
      const auto single = std::ranges::find_if(
          open_, [&](NodeId id) { return ready(id) && kernels::Chain::domain_of(graph_, graph_[id]) == nullptr; });
      if (single != open_.end()) {
        const NodeId id = *single;
        open_.erase(single);
        add_single(id);
      } else {
        add_chain();
      }
    }
    return std::move(units_);
  }

 private:
  const Graph& graph_;
  std::vector<NodeId> open_;
  std::vector<int> readers_;
  std::vector<bool> waits_;  // by value: made by a node that is still open
  std::vector<Unit> units_;

  bool ready(NodeId id) const {
    return std::ranges::none_of(graph_[id].inputs, [&](ValueId input) { return waits_[index(input)]; });
  }

  void done(NodeId id) {
    for (const ValueId output : graph_[id].outputs) waits_[index(output)] = false;
  }

  void add_single(NodeId id) {
    const Node& node = graph_[id];
    done(id);
    units_.push_back({.nodes = {id},
                      .kernel = &kernels::find_kernel(node.op->name),
                      .chain = std::nullopt,
                      .inputs = node.inputs,
                      .outputs = node.outputs,
                      .reduces = std::vector<bool>(node.outputs.size(), reduces(graph_, node))});
  }

  void add_chain() {
    const auto first = std::ranges::find_if(open_, [&](NodeId id) { return ready(id); });
    MLTK_ASSERT(first != open_.end());
    const Shape& domain = *kernels::Chain::domain_of(graph_, graph_[*first]);
    if (!kernels::Chain::can_hold(graph_, graph_[*first], domain)) {
      const NodeId id = *first;
      open_.erase(first);
      return add_single(id);
    }
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < open_.size();) {
      const NodeId id = open_[i];
      if (!ready(id) || !kernels::Chain::can_hold(graph_, graph_[id], domain)) {
        ++i;
        continue;
      }
      nodes.push_back(id);
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      done(id);
      // What follows from it stands behind it.
    }
    put_back_early(nodes);
    if (nodes.size() == 1) return add_single(nodes[0]);
    finish_chain(std::move(nodes));
  }

  /// Nodes that only a later chain reads, such as the mask of an activation, wait for it: their results need no memory.
  void put_back_early(std::vector<NodeId>& nodes) {
    std::vector<NodeId> stay;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
      const Node& node = graph_[*id];
      const ValueId output = node.outputs[0];
      const auto reads = [&](NodeId reader) {
        return std::ranges::find(graph_[reader].inputs, output) != graph_[reader].inputs.end();
      };
      const auto in_chain = [&](NodeId reader) {
        return kernels::Chain::can_hold(graph_, graph_[reader], graph_.shape(output));
      };
      int later = 0;
      bool waits = graph_[output].type.batched() && std::ranges::none_of(stay, reads);
      for (const NodeId reader : open_) {
        if (!reads(reader)) continue;
        ++later;
        waits = waits && in_chain(reader);
      }
      // Nobody in another phase may want it either.
      waits = waits && later > 0 && later == readers_[index(output)] && !(stay.empty() && *id == nodes.front());
      if (waits) {
        for (const ValueId result : node.outputs) waits_[index(result)] = true;
        open_.push_back(*id);
      } else {
        stay.push_back(*id);
      }
    }
    std::ranges::sort(open_);
    std::ranges::reverse(stay);
    nodes = std::move(stay);
  }

  void finish_chain(std::vector<NodeId> nodes) {
    std::vector<int> inside(graph_.values().size());
    for (const NodeId id : nodes) {
      for (const ValueId input : graph_[id].inputs) ++inside[index(input)];
    }
    std::vector<bool> kept(graph_.values().size());
    for (std::size_t v = 0; v < kept.size(); ++v) kept[v] = readers_[v] > inside[v];
    Unit unit{.nodes = nodes};
    unit.chain.emplace(graph_, std::move(nodes), kept);
    unit.inputs = unit.chain->inputs();
    unit.outputs = unit.chain->outputs();
    for (const ValueId output : unit.outputs) unit.reduces.push_back(reduces(graph_, graph_[graph_[output].producer]));
    units_.push_back(std::move(unit));
  }
};

/// Nodes of a phase.
struct Parts {
  std::vector<NodeId> global, sliced;
};

/// Adds the nodes of recomputed values to the phases that read them.
void add_recomputed(const Graph& graph, const std::vector<bool>& recomputed, Parts& parts) {
  std::vector<bool> present(graph.nodes().size());
  std::vector<NodeId> open = parts.sliced;
  while (!open.empty()) {
    const Node& node = graph[open.back()];
    open.pop_back();
    for (const ValueId input : node.inputs) {
      if (!recomputed[index(input)]) continue;
      const NodeId maker = graph[input].producer;
      if (present[index(maker)]) continue;
      present[index(maker)] = true;
      parts.sliced.push_back(maker);
      open.push_back(maker);
    }
  }
  std::ranges::sort(parts.sliced);
}

}  // namespace

bool Unit::any_reduces() const { return std::ranges::find(reduces, true) != reduces.end(); }

Phases form_phases(const Graph& graph, const std::vector<ValueId>& kept) {
  const std::vector<bool> live = find_live_nodes(graph, kept);
  std::vector<int> readers(graph.values().size());
  for (const ValueId id : kept) ++readers[index(id)];
  Phases result;
  result.recomputed = find_recomputed(graph, live, readers);
  std::vector<bool> is_read(graph.values().size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i]) continue;
    for (const ValueId input : graph.nodes()[i].inputs) is_read[index(input)] = true;
  }

  // The phase in which a value is there; a reduction's result is there one phase later.
  std::vector<std::size_t> available(graph.values().size());
  std::vector<Parts> parts(1);
  const auto grow = [&](std::size_t phases) {
    parts.resize(std::max(parts.size(), phases));
    result.phases.resize(parts.size());
  };
  grow(1);
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i]) continue;
    const NodeId id{static_cast<std::int32_t>(i)};
    const Node& node = graph[id];
    std::size_t phase = 0;
    for (const ValueId input : node.inputs) phase = std::max(phase, available[index(input)]);
    const bool combines = reduces(graph, node);
    for (const ValueId output : node.outputs) available[index(output)] = phase + (combines ? 1 : 0);
    if (result.recomputed[index(node.outputs[0])]) continue;

    grow(phase + 1);
    const bool on_batch = any_batched(graph, node.inputs) || graph[node.outputs[0]].type.batched();
    (on_batch ? parts[phase].sliced : parts[phase].global).push_back(id);
    if (!combines) continue;
    if (std::ranges::any_of(node.outputs, [&](ValueId output) { return is_read[index(output)]; })) {
      grow(phase + 2);
      result.phases[phase + 1].combinations.push_back({id, node.outputs});
    } else {
      result.last.push_back({id, node.outputs});
    }
  }
  for (Parts& part : parts) {
    add_recomputed(graph, result.recomputed, part);
    for (const auto* nodes : {&part.global, &part.sliced}) {
      for (const NodeId id : *nodes) {
        for (const ValueId input : graph[id].inputs) ++readers[index(input)];
      }
    }
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result.phases[i].global = Grouper(graph, parts[i].global, readers, result.recomputed).group();
    result.phases[i].sliced = Grouper(graph, parts[i].sliced, readers, result.recomputed).group();
  }
  return result;
}

}  // namespace mltk
