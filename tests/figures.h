#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace mltk::test {

/// Prints a number that the documents state where MLTK_FIGURES is set; tools/tflite_figures.sh shows them all.
template <class... Args>
void figure(fmt::format_string<Args...> format, Args&&... args) {
  if (std::getenv("MLTK_FIGURES") == nullptr) return;
  fmt::print("figure: {}\n", fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace mltk::test
