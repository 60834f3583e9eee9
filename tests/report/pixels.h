#pragma once

#include <gtest/gtest.h>
#include <png.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace mltk {

/// A picture read back from a PNG file.
struct Pixels {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<std::uint8_t> bytes;  // [height, width, 3]

  explicit Pixels(const std::filesystem::path& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_NE(png_image_begin_read_from_file(&image, path.c_str()), 0) << path;
    image.format = PNG_FORMAT_RGB;
    width = image.width;
    height = image.height;
    bytes.resize(PNG_IMAGE_SIZE(image));
    EXPECT_NE(png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr), 0) << path;
  }

  std::array<int, 3> at(std::size_t x, std::size_t y) const {
    const std::size_t i = (y * width + x) * 3;
    return {bytes[i], bytes[i + 1], bytes[i + 2]};
  }
  /// How many pixels of a column range and row range are not white.
  int inked(std::size_t left, std::size_t top, std::size_t right, std::size_t bottom) const {
    int count = 0;
    for (std::size_t y = top; y < bottom; ++y) {
      for (std::size_t x = left; x < right; ++x) count += at(x, y) == std::array{255, 255, 255} ? 0 : 1;
    }
    return count;
  }
  int count(std::array<int, 3> colour) const {
    int found = 0;
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < width; ++x) found += at(x, y) == colour ? 1 : 0;
    }
    return found;
  }
};

/// A folder that is there for one test.
class ScratchFolder {
 public:
  ScratchFolder() : path_(std::filesystem::path(testing::TempDir()) / "mltk_report_XXXXXX") {
    std::string name = path_.string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mltk
