#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mltk {

/// Read a whole file. Throws Error(io) that names the path and the reason.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);
std::string read_text_file(const std::filesystem::path& path);

/// Write a file whole or not at all: beside its place first, flushed to the disk, then renamed over it. Creates the
/// missing folders. Throws Error(io) (no permission, disk full) and leaves an earlier file as it was.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

/// The name beside `path` that `write_file` writes to before it renames it over `path`.
std::filesystem::path temporary_beside(const std::filesystem::path& path);

/// Names of `candidates` that resemble `name`, nearest first: for "did you mean" lists.
std::vector<std::string> close_matches(std::string_view name, std::span<const std::string> candidates,
                                       std::size_t most = 3);

}  // namespace mltk
