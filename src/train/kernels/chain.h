#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace mltk::kernels {

/// What one instruction of a chain does with the elements of a block.
enum class ChainOp : std::uint8_t {
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  greater,
  equal,  // a, b
  relu,
  relu6,
  sigmoid,
  tanh,
  exp,
  log,
  sqrt,
  rsqrt,
  square,
  neg,
  abs,
  copy,          // a
  mul_add,       ///< a * b + c, rounded once
  mul_add_relu,  ///< relu(a * b + c)
  pass,          ///< a where b > 0, else 0
  sum,           ///< out += a
  dot,           ///< out += a * b
};

/// An operand: `data` for the first block, `step` floats further for each block after it.
struct ChainSlot {
  float* data = nullptr;
  std::int64_t step = 0;
};

struct ChainInstruction {
  ChainOp op;
  std::int32_t a = 0, b = 0, c = 0, out = 0;  ///< slots
};

}  // namespace mltk::kernels

namespace mltk::simd {

/// Run the instructions on `count` elements, `block` at a time. Lanes do not meet: the result is the same for every
/// instruction set with fused multiply-add.
void run_chain(std::span<const kernels::ChainInstruction> code, std::span<const kernels::ChainSlot> slots,
               std::int64_t count, std::int64_t block);

}  // namespace mltk::simd

namespace mltk::kernels {

/// A run of element-wise nodes over values of one shape, and sums over all axes but the last of them, that goes through
/// memory once: a block of rows passes all nodes while it is in the first-level cache. Values that nobody else reads
/// exist only for one block.
class Chain {
 public:
  /// Whether a chain over values of shape `domain` can hold the node.
  static bool can_hold(const Graph& graph, const Node& node, const Shape& domain);
  /// The shape of the values that a chain with this node goes through; none when no chain can hold it.
  static const Shape* domain_of(const Graph& graph, const Node& node);

  /// `nodes` in order; `kept` tells of a result whether anyone outside reads it.
  Chain(const Graph& graph, std::vector<NodeId> nodes, const std::vector<bool>& kept);

  const std::vector<NodeId>& nodes() const { return nodes_; }
  /// Values from outside, and results that are kept: what run() wants pointers to.
  const std::vector<ValueId>& inputs() const { return inputs_; }
  const std::vector<ValueId>& outputs() const { return outputs_; }
  /// Floats of scratch memory that run() needs.
  std::int64_t scratch() const { return static_cast<std::int64_t>(scratch_blocks_) * stride(); }

  /// On `batch` samples. Sums are added to what their outputs hold when `add` is set. `slots` has room for
  /// slot_count().
  void run(std::span<const float* const> inputs, std::span<float* const> outputs, std::int64_t batch, float* scratch,
           bool add, std::span<ChainSlot> slots) const;
  std::size_t slot_count() const { return kinds_.size(); }

 private:
  enum class Kind : std::uint8_t {
    full,     ///< outside, all elements
    channel,  ///< outside, one value a channel, repeated to a block
    scalar,   ///< outside, one value, repeated to a block
    sample,   ///< outside, one value a channel for each sample, repeated to a block
    block,    ///< lives for one block
    total,    ///< sums of a block, for each of its elements
  };

  std::vector<NodeId> nodes_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::int64_t per_sample_ = 1;  ///< elements
  std::int64_t channels_ = 1;
  std::int64_t block_ = 1;  ///< floats, whole rows
  bool batched_ = false;
  bool has_samples_ = false;
  std::size_t scratch_blocks_ = 0;

  std::vector<Kind> kinds_;                  // by slot
  std::vector<std::int32_t> externals_;      // by slot: index of the input or output
  std::vector<std::int32_t> scratch_index_;  // by slot: block of the scratch memory
  std::vector<bool> is_output_;              // by slot
  std::vector<ChainInstruction> code_;

  /// From one block of the scratch memory to the next: not a multiple of 4 KiB, or they would fall on the same lines of
  /// the cache.
  std::int64_t stride() const { return (block_ + 15) / 16 * 16 + 48; }

  friend class ChainCompiler;
};

}  // namespace mltk::kernels
