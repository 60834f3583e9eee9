#pragma once

#include "tflite/model.h"

namespace mltk::quantize {

/// Who chooses the versions of operators in a file.
enum class Versions : std::uint8_t {
  current,        ///< by the types and options of each operator
  dynamic_range,  ///< the same, and the operators of one code share the highest
  old_quantizer,  ///< a fixed one for each operator
};

/// Set the version of every operator of a subgraph.
void set_versions(tflite::Subgraph& subgraph, Versions versions);

}  // namespace mltk::quantize
