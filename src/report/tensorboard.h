#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mltk {

/// Scalars over time in the form of TensorBoard's event files (TFRecord frames around Event messages). The file grows
/// at its end, so that a TensorBoard that has it open sees what is new.
class EventWriter {
 public:
  /// Starts a new file in `folder`, which is created. Throws Error(io).
  explicit EventWriter(const std::filesystem::path& folder);

  void scalar(std::string_view tag, std::int64_t step, double value);
  /// Hand what is there to the operating system. Throws Error(io), for instance when the disk is full.
  void flush();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;

  void write_record(const std::string& event);
};

}  // namespace mltk
