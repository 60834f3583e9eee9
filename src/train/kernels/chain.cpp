#include "train/kernels/chain.h"

#include <algorithm>
#include <array>
#include <optional>

#include "graph/ops/reduce_sum.h"

namespace mltk::kernels {
namespace {

/// Floats of a block: the blocks of a chain fit the first-level cache.
constexpr std::int64_t kBlockFloats = 512;

struct Name {
  std::string_view op;
  ChainOp code;
};

constexpr auto kBinary = std::to_array<Name>({{"add", ChainOp::add},
                                              {"sub", ChainOp::sub},
                                              {"mul", ChainOp::mul},
                                              {"div", ChainOp::div},
                                              {"maximum", ChainOp::maximum},
                                              {"minimum", ChainOp::minimum},
                                              {"greater", ChainOp::greater},
                                              {"equal", ChainOp::equal}});
constexpr auto kUnary = std::to_array<Name>({{"relu", ChainOp::relu},
                                             {"relu6", ChainOp::relu6},
                                             {"sigmoid", ChainOp::sigmoid},
                                             {"tanh", ChainOp::tanh},
                                             {"exp", ChainOp::exp},
                                             {"log", ChainOp::log},
                                             {"sqrt", ChainOp::sqrt},
                                             {"rsqrt", ChainOp::rsqrt},
                                             {"square", ChainOp::square},
                                             {"neg", ChainOp::neg},
                                             {"abs", ChainOp::abs},
                                             {"broadcast", ChainOp::copy}});

std::optional<ChainOp> element_op(const Node& node) {
  const auto find = [&](const auto& names) -> std::optional<ChainOp> {
    const auto found = std::ranges::find(names, node.op->name, &Name::op);
    return found == names.end() ? std::nullopt : std::optional(found->code);
  };
  return node.inputs.size() == 2 ? find(kBinary) : node.inputs.size() == 1 ? find(kUnary) : std::nullopt;
}

/// A sum over all axes but the last one, the batch among them.
bool is_channel_sum(const Graph& graph, const Node& node) {
  if (node.op->name != "reduce_sum") return false;
  const Shape& from = graph.shape(node.inputs[0]);
  const auto& axes = node.as<ReduceAttributes>().axes;
  if (!from.batched() || from.rank() < 2 || axes.size() + 1 != from.rank()) return false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

std::int64_t channels_of(const Shape& domain) {
  return domain.rank() == 0 || domain.back() == kBatch ? 1 : domain.back();
}

/// All axes but the last one (and the batch) are 1.
bool is_row(const Shape& shape, std::int64_t channels) {
  return shape.rank() > 0 && shape.back() == channels && shape.elements() == channels;
}

bool can_read(const Shape& shape, const Shape& domain) {
  if (shape == domain) return true;
  if (!shape.batched()) return shape.elements() == 1 || is_row(shape, channels_of(domain));
  return domain.batched() && shape.rank() == domain.rank() && shape.rank() > 2 && is_row(shape, channels_of(domain));
}

}  // namespace

const Shape* Chain::domain_of(const Graph& graph, const Node& node) {
  if (is_channel_sum(graph, node)) return &graph.shape(node.inputs[0]);
  return element_op(node) ? &graph.shape(node.outputs[0]) : nullptr;
}

bool Chain::can_hold(const Graph& graph, const Node& node, const Shape& domain) {
  const Shape* own = domain_of(graph, node);
  if (own == nullptr || *own != domain || domain.elements() == 0) return false;
  return std::ranges::all_of(node.inputs, [&](ValueId id) { return can_read(graph.shape(id), domain); });
}

/// Turns nodes into instructions and gives slots their places.
class ChainCompiler {
 public:
  ChainCompiler(const Graph& graph, Chain& chain, const std::vector<bool>& kept)
      : graph_(graph),
        chain_(chain),
        kept_(kept),
        domain_(*Chain::domain_of(graph, graph[chain.nodes_[0]])),
        slots_(graph.values().size(), -1),
        uses_(graph.values().size()) {}

  void compile() {
    set_sizes();
    for (const NodeId id : chain_.nodes_) {
      for (const ValueId input : graph_[id].inputs) ++uses_[index(input)];
    }
    for (const NodeId id : chain_.nodes_) add(graph_[id]);
    give_places();
  }

 private:
  const Graph& graph_;
  Chain& chain_;
  const std::vector<bool>& kept_;
  const Shape& domain_;
  std::vector<std::int32_t> slots_;  // by value
  std::vector<int> uses_;            // by value, in the chain

  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id.index); }

  void set_sizes() {
    chain_.batched_ = domain_.batched();
    chain_.per_sample_ = domain_.elements();
    chain_.channels_ = channels_of(domain_);
    chain_.block_ = std::max<std::int64_t>(1, kBlockFloats / chain_.channels_) * chain_.channels_;
  }

  std::int32_t new_slot(Chain::Kind kind, std::int32_t external, bool is_output) {
    chain_.kinds_.push_back(kind);
    chain_.externals_.push_back(external);
    chain_.scratch_index_.push_back(-1);
    chain_.is_output_.push_back(is_output);
    return static_cast<std::int32_t>(chain_.kinds_.size()) - 1;
  }

  Chain::Kind kind_of(const Shape& shape) const {
    if (shape == domain_) return Chain::Kind::full;
    if (shape.batched()) return Chain::Kind::sample;
    return shape.elements() == 1 ? Chain::Kind::scalar : Chain::Kind::channel;
  }

  std::int32_t read(ValueId id) {
    std::int32_t& slot = slots_[index(id)];
    if (slot < 0) {
      const Chain::Kind kind = kind_of(graph_.shape(id));
      chain_.has_samples_ = chain_.has_samples_ || kind == Chain::Kind::sample;
      slot = new_slot(kind, static_cast<std::int32_t>(chain_.inputs_.size()), false);
      chain_.inputs_.push_back(id);
    }
    return slot;
  }

  std::int32_t write(ValueId id, bool total) {
    std::int32_t external = -1;
    if (kept_[index(id)] || total) {
      external = static_cast<std::int32_t>(chain_.outputs_.size());
      chain_.outputs_.push_back(id);
    }
    const Chain::Kind kind = total ? Chain::Kind::total : external < 0 ? Chain::Kind::block : Chain::Kind::full;
    return slots_[index(id)] = new_slot(kind, external, external >= 0);
  }

  /// The instruction before that made `id`, when nobody else reads it: it may become a part of the next one.
  ChainInstruction* only_maker(ValueId id, ChainOp op) {
    if (chain_.code_.empty() || kept_[index(id)] || uses_[index(id)] != 1) return nullptr;
    const auto found = std::ranges::find(chain_.code_, slots_[index(id)], &ChainInstruction::out);
    return found != chain_.code_.end() && found->op == op ? &*found : nullptr;
  }

  void remove(const ChainInstruction* instruction) {
    chain_.code_.erase(chain_.code_.begin() + (instruction - chain_.code_.data()));
  }

  bool is_zero(ValueId id) const {
    const Value& value = graph_[id];
    return value.kind == ValueKind::constant && value.constant.elements() == 1 && value.constant.as<float>()[0] == 0;
  }

  void add(const Node& node) {
    const ValueId a = node.inputs[0];
    if (node.op->name == "reduce_sum") {
      if (const ChainInstruction* product = only_maker(a, ChainOp::mul)) {
        const ChainInstruction made = *product;
        remove(product);
        chain_.code_.push_back({ChainOp::dot, made.a, made.b, 0, write(node.outputs[0], true)});
      } else {
        const std::int32_t from = read(a);
        chain_.code_.push_back({ChainOp::sum, from, 0, 0, write(node.outputs[0], true)});
      }
      return;
    }
    const ChainOp op = *element_op(node);
    if (node.inputs.size() == 1) return add_unary(op, node);
    add_binary(op, node);
  }

  void add_unary(ChainOp op, const Node& node) {
    if (op == ChainOp::relu) {
      if (const ChainInstruction* sum = only_maker(node.inputs[0], ChainOp::mul_add)) {
        const ChainInstruction made = *sum;
        remove(sum);
        chain_.code_.push_back({ChainOp::mul_add_relu, made.a, made.b, made.c, write(node.outputs[0], false)});
        return;
      }
    }
    const std::int32_t from = read(node.inputs[0]);
    chain_.code_.push_back({op, from, 0, 0, write(node.outputs[0], false)});
  }

  void add_binary(ChainOp op, const Node& node) {
    const ValueId a = node.inputs[0];
    const ValueId b = node.inputs[1];
    if (op == ChainOp::greater && is_zero(b) && !kept_[index(node.outputs[0])] && uses_[index(node.outputs[0])] == 1) {
      // Remembered until the product that it masks.
      const std::int32_t from = read(a);
      chain_.code_.push_back({ChainOp::greater, from, read(b), 0, write(node.outputs[0], false)});
      masks_.push_back(node.outputs[0]);
      return;
    }
    for (const auto& [x, y] : {std::pair(a, b), std::pair(b, a)}) {
      if (op == ChainOp::mul && std::ranges::find(masks_, y) != masks_.end()) {
        const ChainInstruction* mask = only_maker(y, ChainOp::greater);
        const std::int32_t tested = mask->a;
        remove(mask);
        const std::int32_t value = read(x);
        chain_.code_.push_back({ChainOp::pass, value, tested, 0, write(node.outputs[0], false)});
        return;
      }
      if (op != ChainOp::add) continue;
      if (const ChainInstruction* product = only_maker(x, ChainOp::mul)) {
        const ChainInstruction made = *product;
        remove(product);
        const std::int32_t addend = read(y);
        chain_.code_.push_back({ChainOp::mul_add, made.a, made.b, addend, write(node.outputs[0], false)});
        return;
      }
    }
    const std::int32_t left = read(a);
    const std::int32_t right = read(b);
    chain_.code_.push_back({op, left, right, 0, write(node.outputs[0], false)});
  }

  std::vector<ValueId> masks_;

  /// Blocks of scratch memory: repeated operands and totals for the whole run, values of a block until their last use.
  void give_places() {
    std::vector<std::size_t> last(chain_.kinds_.size());
    for (std::size_t i = 0; i < chain_.code_.size(); ++i) {
      const ChainInstruction& code = chain_.code_[i];
      for (const std::int32_t slot : {code.a, code.b, code.c, code.out}) last[static_cast<std::size_t>(slot)] = i;
    }
    std::int32_t blocks = 0;
    for (std::size_t s = 0; s < chain_.kinds_.size(); ++s) {
      const Chain::Kind kind = chain_.kinds_[s];
      if (kind != Chain::Kind::full && kind != Chain::Kind::block) chain_.scratch_index_[s] = blocks++;
    }
    std::vector<std::int32_t> free;
    for (std::size_t i = 0; i < chain_.code_.size(); ++i) {
      const auto out = static_cast<std::size_t>(chain_.code_[i].out);
      if (chain_.kinds_[out] == Chain::Kind::block) {
        if (free.empty()) free.push_back(blocks++);
        chain_.scratch_index_[out] = free.back();
        free.pop_back();
      }
      for (std::size_t s = 0; s < last.size(); ++s) {
        const bool ends = last[s] == i && chain_.kinds_[s] == Chain::Kind::block && chain_.scratch_index_[s] >= 0;
        if (ends) free.push_back(chain_.scratch_index_[s]);
      }
    }
    chain_.scratch_blocks_ = static_cast<std::size_t>(blocks);
  }
};

Chain::Chain(const Graph& graph, std::vector<NodeId> nodes, const std::vector<bool>& kept) : nodes_(std::move(nodes)) {
  ChainCompiler(graph, *this, kept).compile();
}

void Chain::run(std::span<const float* const> inputs, std::span<float* const> outputs, std::int64_t batch,
                float* scratch, bool add, std::span<ChainSlot> slots) const {
  const auto repeat = [&](const float* from, std::int64_t count, float* to) {
    std::copy_n(from, count, to);
    for (std::int64_t done = count; done < block_; done *= 2) std::copy_n(to, std::min(done, block_ - done), to + done);
  };
  for (std::size_t s = 0; s < kinds_.size(); ++s) {
    float* place = scratch + scratch_index_[s] * stride();
    const auto external = static_cast<std::size_t>(std::max(externals_[s], 0));
    switch (kinds_[s]) {
      case Kind::full:
        slots[s] = {is_output_[s] ? outputs[external] : const_cast<float*>(inputs[external]), block_};
        break;
      case Kind::channel:
        repeat(inputs[external], channels_, place);
        slots[s] = {place, 0};
        break;
      case Kind::scalar:
        std::fill_n(place, block_, *inputs[external]);
        slots[s] = {place, 0};
        break;
      case Kind::total:
        std::fill_n(place, block_, 0.0F);
        slots[s] = {place, 0};
        break;
      case Kind::sample:
      case Kind::block: slots[s] = {place, 0}; break;
    }
  }
  // Where an operand changes from sample to sample, blocks end with them.
  const std::int64_t rounds = has_samples_ ? batch : 1;
  const std::int64_t elements = per_sample_ * (batched_ && !has_samples_ ? batch : 1);
  for (std::int64_t n = 0; n < rounds; ++n) {
    for (std::size_t s = 0; s < kinds_.size(); ++s) {
      if (kinds_[s] == Kind::sample)
        repeat(inputs[static_cast<std::size_t>(externals_[s])] + n * channels_, channels_, slots[s].data);
      if (kinds_[s] == Kind::full && n > 0) slots[s].data += per_sample_;
    }
    simd::run_chain(code_, slots.first(kinds_.size()), elements, block_);
  }
  for (std::size_t s = 0; s < kinds_.size(); ++s) {
    if (kinds_[s] != Kind::total) continue;
    float* out = outputs[static_cast<std::size_t>(externals_[s])];
    if (!add) std::fill_n(out, channels_, 0.0F);
    for (std::int64_t i = 0; i < block_; i += channels_) {
      for (std::int64_t c = 0; c < channels_; ++c) out[c] += slots[s].data[i + c];
    }
  }
}

}  // namespace mltk::kernels
