#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of IF.
struct IfOptions {
  std::int32_t then_subgraph = 0;
  std::int32_t else_subgraph = 0;

  bool operator==(const IfOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "then_subgraph", then_subgraph, 0);
    v(1, "else_subgraph", else_subgraph, 0);
  }
};

}  // namespace mltk::tflite
