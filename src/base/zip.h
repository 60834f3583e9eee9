#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mltk {

struct ZipMember {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// The bytes of an archive that holds `members` as they are, without compression and without times: the same members
/// give the same bytes.
std::vector<std::uint8_t> make_zip(std::span<const ZipMember> members);

/// An archive whose members are read one by one.
class ZipReader {
 public:
  /// Throws Error(io) when there is no such file or it is no archive.
  explicit ZipReader(const std::filesystem::path& path);

  std::vector<std::string> names() const;
  bool has(std::string_view name) const;
  /// Throws Error(invalid_model) when the member is absent, damaged, or larger than 1 GiB.
  std::vector<std::uint8_t> read(const std::string& name) const;

 private:
  std::string path_;
  std::shared_ptr<void> archive_;
};

}  // namespace mltk
