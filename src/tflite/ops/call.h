#pragma once

#include <vector>

#include "tflite/ops/common.h"

namespace mltk::tflite {

/// Tensors in Buffers with their sizes in bytes.
struct TensorList {
  struct Item {
    std::size_t slot;
    std::size_t bytes;
  };
  std::vector<Item> items;

  /// Copy each item to the one of the same place in `to`.
  void copy_to(const TensorList& to, Buffers buffers) const;
};

/// Inputs from `first` on, and outputs, of an operator.
TensorList inputs_of(const OpContext& op, std::size_t first);
TensorList outputs_of(const OpContext& op);

/// A subgraph that an operator runs.
struct Call {
  TensorList inputs;
  TensorList outputs;
  const std::vector<Kernel>* kernels;

  void run(Buffers buffers) const {
    for (const Kernel& kernel : *kernels) kernel(buffers);
  }
};

/// The subgraph `index`, with as many inputs and outputs, of the same types and sizes, as the lists of tensors.
/// Throws when it does not exist or differs.
Call call_of(const OpContext& op, std::int32_t index, const std::vector<std::int32_t>& inputs,
             const std::vector<std::int32_t>& outputs);
/// The same for a subgraph that gives one bool.
Call condition_of(const OpContext& op, std::int32_t index, const std::vector<std::int32_t>& inputs);

}  // namespace mltk::tflite
