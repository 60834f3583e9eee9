#pragma once

#include <string>
#include <vector>

#include "base/thread_pool.h"

namespace mltk {

/// What reading a picture file shows before anything is trained with it.
struct PictureFacts {
  std::string error;  ///< why it cannot be read, naming the file; else empty
  std::string hash;   ///< of size and pixels: pictures that look alike have the same, whatever their file format
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// Read every file; a fact for each, in their order.
std::vector<PictureFacts> inspect_pictures(const std::vector<std::string>& paths, ThreadPool& threads);

}  // namespace mltk
