#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace mltk {

/// Scalars over time in the form of TensorBoard's event files (TFRecord frames around Event messages).
class EventWriter {
 public:
  /// Starts a new file in `folder`, which is created.
  explicit EventWriter(const std::filesystem::path& folder);

  void scalar(std::string_view tag, std::int64_t step, double value);
  /// Write the file, whole; what was written before stays in it.
  void flush();

 private:
  std::filesystem::path path_;
  std::string records_;

  void add_record(const std::string& event);
};

}  // namespace mltk
