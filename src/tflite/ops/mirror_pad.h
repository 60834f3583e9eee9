#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Whether the border itself is repeated: reflect does not, symmetric does.
enum class MirrorPadMode : std::int8_t { reflect = 0, symmetric = 1 };
constexpr int last_enumerator(MirrorPadMode) { return static_cast<int>(MirrorPadMode::symmetric); }

/// Options of MIRROR_PAD.
struct MirrorPadOptions {
  MirrorPadMode mode = MirrorPadMode::reflect;

  bool operator==(const MirrorPadOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "mode", mode, MirrorPadMode::reflect);
  }
};

}  // namespace mltk::tflite
