// Any bytes as a .tflite: reading, writing again, checking of all operators, arena, profile, and a run of small models.

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "interpreter/interpreter.h"
#include "interpreter/profile.h"
#include "tflite/reader.h"
#include "tflite/writer.h"

namespace {

/// Loops of subgraphs may be long by right, so they are checked and not run.
bool is_small(const mltk::tflite::Model& model, const mltk::ProfileReport& report) {
  constexpr std::int64_t kMost = 1 << 20;
  std::int64_t bytes = 0;
  for (const auto& tensor : model.subgraphs[0].tensors) bytes += byte_size(tensor);
  return model.subgraphs.size() == 1 && bytes < kMost && report.macs < kMost && report.ops < kMost;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const mltk::tflite::Model model = mltk::tflite::read_model({data, size});
    const auto report = mltk::profile(model, "fuzz", static_cast<std::int64_t>(size));
    (void)mltk::to_text(report);
    (void)mltk::to_json(report);
    (void)mltk::tflite::read_model(mltk::tflite::write_model(model));
    mltk::Interpreter interpreter(model);
    if (is_small(model, report)) interpreter.invoke();
  } catch (const mltk::Error& error) {
    if (error.kind() == mltk::ErrorKind::internal) std::abort();
  }
  return 0;
}
