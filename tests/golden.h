#pragma once

// Golden data: numbers of real Keras, of the real converter and of the device's runtime. Absent data make a test skip.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "tensor/npy.h"

namespace mltk {

/// The folder of real files beside the project.
inline std::filesystem::path shared_data() { return std::filesystem::path(MLTK_SOURCE_DIR) / ".." / "shared" / "data"; }

inline bool has_golden_data() { return std::filesystem::exists(shared_data() / "golden"); }

#define MLTK_NEEDS_GOLDEN_DATA() \
  if (!::mltk::has_golden_data()) GTEST_SKIP() << "the golden data are not here: " << ::mltk::shared_data()

/// One case: case.json and its arrays.
struct GoldenCase {
  std::filesystem::path folder;
  nlohmann::ordered_json json;

  GoldenCase(std::string_view family, std::string_view name) : folder(shared_data() / "golden" / family / name) {
    json = nlohmann::ordered_json::parse(read_text_file(folder / "case.json"));
  }
  bool has(const std::string& array) const { return std::filesystem::exists(folder / (array + ".npy")); }
  Tensor array(const std::string& name) const { return read_npy(folder / (name + ".npy")); }
};

/// Names of the cases of a family.
inline std::vector<std::string> golden_cases(std::string_view family) {
  std::vector<std::string> names;
  const auto folder = shared_data() / "golden" / family;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// Each element within atol + rtol * |expected|; reports the worst.
inline void expect_close(const Tensor& actual, const Tensor& expected, double atol, double rtol,
                         const std::string& what) {
  ASSERT_EQ(actual.elements(), expected.elements()) << what;
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < actual.as<float>().size(); ++i) {
    const double difference = std::abs(static_cast<double>(actual.as<float>()[i]) - expected.as<float>()[i]);
    const double excess = difference / (atol + rtol * std::abs(expected.as<float>()[i]) + 1e-30);
    if (!(excess <= worst)) {
      worst = excess;
      at = i;
    }
  }
  EXPECT_LE(worst, 1) << what << ": element " << at << " is " << actual.as<float>()[at] << ", expected "
                      << expected.as<float>()[at] << " within " << atol << " + " << rtol << " * |expected|";
}

inline void expect_close(const Tensor& actual, const GoldenCase& golden, const std::string& array) {
  const auto& tolerance = golden.json.at("tolerance").at(array);
  expect_close(actual, golden.array(array), tolerance.at("atol"), tolerance.at("rtol"), array);
}

}  // namespace mltk
