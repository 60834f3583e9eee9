#include "data/inspect.h"

#include "base/md5.h"
#include "data/format.h"

namespace mltk {
namespace {

PictureFacts inspect(const std::string& path) {
  try {
    const Tensor picture = read_picture(path);
    const Shape& shape = picture.shape();
    return {.hash = md5_hex(picture.bytes()) + to_string(shape),
            .height = shape.rank() > 0 ? shape[0] : 0,
            .width = shape.rank() > 1 ? shape[1] : 0};
  } catch (const Error& error) {
    return {.error = error.what()};
  }
}

}  // namespace

std::vector<PictureFacts> inspect_pictures(const std::vector<std::string>& paths, ThreadPool& threads) {
  std::vector<PictureFacts> facts(paths.size());
  threads.run(static_cast<int>(paths.size()),
              [&](int i) { facts[static_cast<std::size_t>(i)] = inspect(paths[static_cast<std::size_t>(i)]); });
  return facts;
}

}  // namespace mltk
