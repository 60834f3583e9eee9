#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "golden.h"

namespace mltk {

/// What an archive of MLTK holds: eval-results.json and the summary.txt that MLTK wrote beside it.
struct RecordedResults {
  std::string path;
  std::string json;
  std::string summary;
};

/// Those of one model type, `classification` or `auto_encoder`, of all reference archives.
inline std::vector<RecordedResults> recorded_results(const std::string& model_type) {
  std::vector<RecordedResults> results;
  for (const auto& model : std::filesystem::directory_iterator(shared_data() / "models")) {
    for (const char* kind : {"h5", "tflite"}) {
      const auto folder = model.path() / "eval" / kind;
      if (!std::filesystem::exists(folder / "eval-results.json")) continue;
      RecordedResults one{folder.string(), read_text_file(folder / "eval-results.json"),
                          read_text_file(folder / "summary.txt")};
      if (nlohmann::json::parse(one.json).at("model_type") != model_type) continue;
      std::erase(one.summary, '\r');  // some were made on Windows
      results.push_back(std::move(one));
    }
  }
  std::ranges::sort(results, {}, &RecordedResults::path);
  return results;
}

}  // namespace mltk
