#pragma once

#include <span>

#include "tensor/tensor.h"

namespace mltk {

/// The elements of a tensor of any type by a C++ cast, into memory that is there. `to` has as many.
void copy_as_float(const Tensor& from, std::span<float> to);

}  // namespace mltk
