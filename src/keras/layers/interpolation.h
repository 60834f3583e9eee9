#pragma once

#include "graph/ops/resize.h"
#include "keras/layer.h"

namespace mltk::keras {

/// The argument "interpolation" of a layer.
inline Interpolation interpolation_of(const Layer& layer) {
  const auto name = layer.get<std::string>("interpolation");
  if (name == "nearest") return Interpolation::nearest;
  return name == "bilinear" ? Interpolation::bilinear : Interpolation::bicubic;
}

}  // namespace mltk::keras
