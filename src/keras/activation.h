#pragma once

#include <string_view>

#include "graph/graph.h"

namespace mltk::keras {

/// An activation by Keras' name.
struct ActivationDef {
  std::string_view name;
  ValueId (*build)(Graph& graph, ValueId x);
};

/// Throws Error(unsupported) that lists the names.
const ActivationDef& find_activation(std::string_view name);

}  // namespace mltk::keras
