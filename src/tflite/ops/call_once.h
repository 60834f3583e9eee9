#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of CALL_ONCE.
struct CallOnceOptions {
  std::int32_t init_subgraph = 0;

  bool operator==(const CallOnceOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "init_subgraph", init_subgraph, 0);
  }
};

}  // namespace mltk::tflite
