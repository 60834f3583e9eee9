#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/error.h"

namespace mltk {
namespace {

/// An open file descriptor.
class File {
 public:
  File(const std::filesystem::path& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail_with("open");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(fd_); }

  [[noreturn]] void fail_with(std::string_view action) const {
    fail(ErrorKind::io, "{}: cannot {}: {}", path_.string(), action, std::strerror(errno));
  }

  std::size_t read(std::uint8_t* to, std::size_t size) const {
    for (;;) {
      const ssize_t count = ::read(fd_, to, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail_with("read");
    }
  }

  void write(std::span<const std::uint8_t> bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail_with("write");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }

  void sync() const {
    if (::fsync(fd_) != 0) fail_with("flush");
  }

 private:
  const std::filesystem::path& path_;
  int fd_;
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) fail(ErrorKind::io, "{}: is a folder, expected a file", path.string());
  const File file(path, O_RDONLY);
  std::vector<std::uint8_t> bytes;
  std::error_code no_size;
  const auto expected = std::filesystem::file_size(path, no_size);
  bytes.resize(no_size ? 65536 : expected + 1);
  std::size_t used = 0;
  while (const std::size_t count = file.read(bytes.data() + used, bytes.size() - used)) {
    used += count;
    if (used == bytes.size()) bytes.resize(2 * used);
  }
  bytes.resize(used);
  return bytes;
}

std::string read_text_file(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  if (path.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      fail(ErrorKind::io, "{}: cannot create the folder: {}", path.parent_path().string(), error.message());
    }
  }
  auto temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  return temporary;
}

void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  std::error_code no_status;
  const auto status = std::filesystem::status(path, no_status);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    File(path, O_WRONLY).write(bytes);  // a device or a pipe: there is nothing to replace
    return;
  }
  const auto temporary = temporary_beside(path);
  try {
    {
      File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
      file.write(bytes);
      file.sync();
    }
    std::error_code failed;
    std::filesystem::rename(temporary, path, failed);
    if (failed) fail(ErrorKind::io, "{}: cannot replace: {}", path.string(), failed.message());
  } catch (Error& error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    error.add_note(fmt::format("while writing {}", path.string()));
    throw;
  }
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::vector<std::string> close_matches(std::string_view name, std::span<const std::string> candidates,
                                       std::size_t most) {
  std::vector<std::pair<std::size_t, std::string>> scored;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    const bool contains = candidate.find(name) != std::string::npos || name.find(candidate) != std::string::npos;
    if (contains || distance * 2 <= std::max(name.size(), candidate.size())) scored.emplace_back(distance, candidate);
  }
  std::ranges::sort(scored);
  if (scored.size() > most) scored.resize(most);
  std::vector<std::string> names;
  for (auto& [distance, candidate] : scored) names.push_back(std::move(candidate));
  return names;
}

}  // namespace mltk
