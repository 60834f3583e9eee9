#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "tensor/tensor.h"

namespace mltk {

/// A file of a data set, and where it is used.
struct UsedFile {
  std::string path;  ///< relative to the data set's folder
  std::int64_t class_id = 0;
  bool validation = false;
};

/// Something that the user of a data set wants to know before the training.
struct Finding {
  std::string what;                ///< of files: "of a single colour"
  std::vector<std::string> files;  ///< each a path, or paths that belong together
};

struct Inspection {
  std::vector<std::string> unreadable;  ///< a message for each file, which names it
  std::vector<Finding> findings;
};

/// What is odd with the content of a file, or nothing. Throws Error when the file cannot be read.
using ContentCheck =
    std::function<std::vector<std::string>(const std::filesystem::path& path, std::span<const std::uint8_t> bytes)>;

/// Look into every file: those that cannot be read, equal ones (in one split, in both, in two classes), speakers in
/// both splits (`SPEAKER_nohash_N`, the names of Speech Commands), and what `check` finds. An empty check looks at no
/// content. The result does not depend on the number of threads (<= 0: as many as processors).
Inspection inspect_files(const std::filesystem::path& directory, const std::vector<UsedFile>& files,
                         const ContentCheck& check, int threads = 0);

/// The same for samples in memory: equal ones (in one split, in both, in two classes), those with values that are not
/// finite, of a single value or of another shape than the first one, and splits whose values differ in size by far.
/// Samples are named `training[12]`. What is kept of a sample is its digest.
class SampleInspector {
 public:
  explicit SampleInspector(int threads = 0) : pool_(threads) {}

  /// The next samples of a split. `inputs`: for each input of the network an array, its first axis are the samples.
  /// `class_ids`: one for each sample, or none.
  void add(std::vector<Tensor> inputs, std::span<const std::int64_t> class_ids, bool validation);

  std::vector<Finding> findings() const;

 private:
  /// Root mean square of all finite values.
  struct Size {
    double squares = 0;
    double values = 0;
  };

  ThreadPool pool_;
  std::vector<UsedFile> samples_;
  std::vector<std::string> digests_;
  std::vector<std::vector<std::string>> oddities_;
  std::vector<Shape> shapes_;  ///< of the first sample
  std::size_t counts_[2] = {};
  Size sizes_[2];  ///< training, validation
};

/// Pictures that cannot be decoded, that have a single colour, or fewer rows or columns than the network's input.
ContentCheck picture_check(std::int64_t height, std::int64_t width);

/// Sounds that cannot be decoded, that are silent (nothing is louder than one step of 16 bits), clipped (more than 1 %
/// of the samples are at full scale), or of another rate than the network's.
ContentCheck sound_check(std::int64_t rate_hz);

}  // namespace mltk
