#include "quantize/optimize.h"

#include <algorithm>
#include <array>

#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

/// Before functions are looked for.
constexpr std::array kCleaning = {remove_identity, cut_sequences, match_squared_difference};

constexpr std::array kFusing = {
    match_hard_swish,          match_prelu, merge_reshapes, move_before_reshape, fuse_activation, fold_into_producer,
    fold_into_fully_connected,
};

/// Scalars go forward only when they cannot go back.
constexpr std::array kFusingScalars = {
    match_hard_swish,
    match_prelu,
    merge_reshapes,
    move_before_reshape,
    fuse_activation,
    fold_into_producer,
    fold_into_fully_connected,
    fold_scalar_into_follower,
};

/// Try the patterns from the last operator to the first and begin again after each change: the order decides which of
/// two linear layers gets a bias between them.
void rewrite(FloatGraph& graph, std::span<const Pattern> patterns) {
  const auto apply_one = [&] {
    for (std::size_t i = graph.main().operators.size(); i-- > 0;) {
      if (std::ranges::any_of(patterns, [&](Pattern pattern) { return pattern(graph, i); })) return true;
    }
    return false;
  };
  while (apply_one()) graph.erase_unused();
}

}  // namespace

void optimize(FloatGraph& graph) {
  rewrite(graph, kCleaning);
  rewrite(graph, kFusing);
  rewrite(graph, kFusingScalars);
}

}  // namespace mltk::quantize
