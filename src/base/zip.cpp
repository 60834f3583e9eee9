#include "base/zip.h"

#include <zip.h>

#include <algorithm>

#include "base/error.h"

namespace mltk {
namespace {

zip_t* archive_of(const std::shared_ptr<void>& archive) { return static_cast<zip_t*>(archive.get()); }

void check(bool ok, std::string_view what) {
  if (!ok) fail(ErrorKind::internal, "libzip: cannot {}", what);
}

void add_member(zip_t* archive, const ZipMember& member) {
  zip_source_t* source = zip_source_buffer(archive, member.bytes.data(), member.bytes.size(), 0);
  check(source != nullptr, "read a buffer");
  const zip_int64_t index = zip_file_add(archive, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  check(index >= 0, "add a member");
  const auto at = static_cast<zip_uint64_t>(index);
  check(zip_set_file_compression(archive, at, ZIP_CM_STORE, 0) == 0, "leave out compression");
  // The first day that archives can tell.
  constexpr zip_uint16_t kDate = (1U << 5U) | 1U;
  check(zip_file_set_dostime(archive, at, 0, kDate, 0) == 0, "set a time");
}

std::vector<std::uint8_t> bytes_of(zip_source_t* source) {
  zip_stat_t about;
  check(zip_source_stat(source, &about) == 0 && zip_source_open(source) == 0, "read an archive");
  std::vector<std::uint8_t> bytes(about.size);
  const zip_int64_t count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  check(count == static_cast<zip_int64_t>(bytes.size()), "read an archive");
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> make_zip(std::span<const ZipMember> members) {
  zip_error_t error;
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> source(zip_source_buffer_create(nullptr, 0, 0, &error),
                                                                      zip_source_free);
  check(source != nullptr, "make a buffer");
  zip_source_keep(source.get());  // closing the archive gives one reference back
  zip_t* archive = zip_open_from_source(source.get(), ZIP_TRUNCATE, &error);
  check(archive != nullptr, "make an archive");
  for (const ZipMember& member : members) add_member(archive, member);
  check(zip_close(archive) == 0, "write an archive");
  return bytes_of(source.get());
}

ZipReader::ZipReader(const std::filesystem::path& path) : path_(path.string()) {
  int code = 0;
  zip_t* archive = zip_open(path_.c_str(), ZIP_RDONLY, &code);
  if (archive == nullptr) {
    fail(ErrorKind::io, "{}: {}", path_,
         std::filesystem::exists(path) ? "is not a readable zip archive" : "no such file");
  }
  archive_ = std::shared_ptr<void>(archive, [](void* opened) { zip_discard(static_cast<zip_t*>(opened)); });
}

std::vector<std::string> ZipReader::names() const {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive_of(archive_), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive_of(archive_), static_cast<zip_uint64_t>(i), 0);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

bool ZipReader::has(std::string_view name) const {
  return zip_name_locate(archive_of(archive_), std::string(name).c_str(), 0) >= 0;
}

std::vector<std::uint8_t> ZipReader::read(const std::string& name) const {
  constexpr zip_uint64_t kMost = zip_uint64_t{1} << 30U;
  zip_stat_t about;
  if (zip_stat(archive_of(archive_), name.c_str(), 0, &about) != 0) {
    fail(ErrorKind::invalid_model, "{}: it has no member {}", path_, name);
  }
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen(archive_of(archive_), name.c_str(), 0),
                                                               zip_fclose);
  if (file == nullptr || (about.valid & ZIP_STAT_SIZE) == 0 || about.size > kMost) {
    fail(ErrorKind::invalid_model, "{}: its member {} cannot be read", path_, name);
  }
  std::vector<std::uint8_t> bytes(about.size);
  std::uint8_t beyond = 0;  // the checksum is compared at the end
  if (zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()) ||
      zip_fread(file.get(), &beyond, 1) != 0) {
    fail(ErrorKind::invalid_model, "{}: its member {} is damaged", path_, name);
  }
  return bytes;
}

}  // namespace mltk
