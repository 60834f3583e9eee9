#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of WHILE.
struct WhileOptions {
  std::int32_t cond_subgraph = 0;
  std::int32_t body_subgraph = 0;

  bool operator==(const WhileOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "cond_subgraph", cond_subgraph, 0);
    v(1, "body_subgraph", body_subgraph, 0);
  }
};

}  // namespace mltk::tflite
