#pragma once

#include <string>

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of VAR_HANDLE.
struct VarHandleOptions {
  std::string container;
  std::string shared_name;

  bool operator==(const VarHandleOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value
    v(0, "container", container);
    v(1, "shared_name", shared_name);
  }
};

}  // namespace mltk::tflite
