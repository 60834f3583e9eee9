#pragma once

#include <string>
#include <vector>

#include "tflite/model.h"

namespace mltk::tflite {

/// A resource variable: what VAR_HANDLE names, READ_VARIABLE reads and ASSIGN_VARIABLE writes.
struct Variable {
  std::string name;  ///< "container/shared_name"
  std::int64_t bytes = 0;
  std::uint8_t first = 0;  ///< each byte after a reset
};

/// All variables that something assigns, in the order in which the device allocates them.
/// Throws Error(invalid_model) when assignments to a variable differ in size.
std::vector<Variable> variables_of(const Model& model);

/// Names of all VAR_HANDLEs, each once.
std::vector<std::string> variable_names(const Model& model);

}  // namespace mltk::tflite
