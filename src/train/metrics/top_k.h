#pragma once

#include "train/metrics/mean.h"

namespace mltk {

/// 1 for samples of which fewer than k scores are above that of the right class. labels: class numbers [N, ...].
ValueId in_top_k(Graph& graph, ValueId labels, ValueId predictions, double k);

}  // namespace mltk
