#include "train/kernels/kernel.h"

#include <algorithm>

namespace mltk::kernels {

const KernelDef& find_kernel(std::string_view op) {
  const auto table = kernel_table();
  const auto found = std::ranges::find(table, op, [](const KernelDef* kernel) { return kernel->op; });
  if (found == table.end()) fail(ErrorKind::internal, "graph operator '{}' has no kernel", op);
  return **found;
}

}  // namespace mltk::kernels
