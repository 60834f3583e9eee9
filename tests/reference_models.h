#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mltk::test {

/// The folder of models with recorded inferences and arena sizes of TensorFlow Lite Micro.
inline std::filesystem::path models_folder() {
  return std::filesystem::path(MLTK_SOURCE_DIR) / ".." / "shared" / "data" / "models";
}

/// Entries of models/index.json; empty when the data is not there.
inline std::vector<nlohmann::json> reference_models() {
  std::ifstream file(models_folder() / "index.json");
  if (!file) return {};
  return nlohmann::json::parse(file).get<std::vector<nlohmann::json>>();
}

inline std::filesystem::path model_path(const nlohmann::json& entry) {
  return models_folder() / entry.at("name").get<std::string>() / "model.tflite";
}

}  // namespace mltk::test

/// Skip a test that needs the reference models where they are absent.
#define MLTK_REQUIRE_MODELS(models) \
  if ((models).empty()) GTEST_SKIP() << "no reference models in " << ::mltk::test::models_folder()
