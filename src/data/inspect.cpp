#include "data/inspect.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "audio/sound_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/md5.h"
#include "data/format.h"

namespace mltk {
namespace {

/// What looking into one file gives.
struct Look {
  std::string unreadable;
  std::string digest;  ///< empty when the file could not be opened
  std::vector<std::string> oddities;
};

Look look_into(const std::filesystem::path& path, const ContentCheck& check) {
  Look look;
  try {
    const auto bytes = read_file(path);
    look.digest = md5_hex(bytes);
    if (check) look.oddities = check(path, bytes);
  } catch (const Error& error) {
    look.unreadable = error.message();
  }
  return look;
}

/// Findings in the order in which they are first made, each with its files in the order of the data set.
class Findings {
 public:
  void add(const std::string& what, std::string file) {
    auto found = std::ranges::find(list_, what, &Finding::what);
    if (found == list_.end()) found = list_.insert(list_.end(), {what, {}});
    found->files.push_back(std::move(file));
  }
  std::vector<Finding> take() { return std::move(list_); }

 private:
  std::vector<Finding> list_;
};

std::string_view describe_equals(const std::vector<const UsedFile*>& group) {
  const auto differs = [&](auto member) {
    return std::ranges::any_of(group, [&](const UsedFile* file) { return file->*member != group[0]->*member; });
  };
  if (differs(&UsedFile::class_id)) return "the same content in two classes";
  return differs(&UsedFile::validation) ? "the same content in training and validation" : "the same content twice";
}

/// `digests`: of each file; empty when it could not be opened.
void find_equals(const std::vector<UsedFile>& files, const std::vector<std::string>& digests, Findings& findings) {
  std::map<std::string_view, std::vector<const UsedFile*>> groups;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!digests[i].empty()) groups[digests[i]].push_back(&files[i]);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (digests[i].empty()) continue;
    const auto& group = groups[digests[i]];
    if (group.size() < 2 || group[0] != &files[i]) continue;
    std::vector<std::string_view> paths;
    for (const UsedFile* file : group) paths.push_back(file->path);
    findings.add(std::string(describe_equals(group)), fmt::format("{}", fmt::join(paths, " = ")));
  }
}

std::optional<std::string> speaker_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  const auto end = name.find("_nohash_");
  return end == std::string::npos ? std::nullopt : std::optional(name.substr(0, end));
}

void find_speakers_in_both(const std::vector<UsedFile>& files, Findings& findings) {
  std::map<std::string, std::string> in_training;
  for (const UsedFile& file : files) {
    if (const auto speaker = speaker_of(file.path); speaker && !file.validation) {
      in_training.emplace(*speaker, file.path);
    }
  }
  std::set<std::string> told;
  for (const UsedFile& file : files) {
    const auto speaker = speaker_of(file.path);
    if (!speaker || !file.validation || !in_training.contains(*speaker) || !told.insert(*speaker).second) continue;
    findings.add("one speaker in training and validation", fmt::format("{} and {}", in_training[*speaker], file.path));
  }
}

/// Whether the same `period` bytes come again and again.
bool repeats(std::span<const std::uint8_t> bytes, std::size_t period) {
  for (std::size_t i = period; i < bytes.size(); ++i) {
    if (bytes[i] != bytes[i - period]) return false;
  }
  return true;
}

bool has_one_colour(const Tensor& picture) {
  return repeats(picture.bytes(), size_of(picture.dtype()) * static_cast<std::size_t>(picture.shape().back()));
}

/// What looking at a sample's values gives.
struct SampleLook {
  std::string digest;
  bool finite = true;
  bool constant = true;
  double squares = 0;  ///< sum of those of the finite values
  double values = 0;
};

template <class T>
void sum_squares(std::span<const std::uint8_t> bytes, SampleLook& look) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, &bytes[at], sizeof(T));
    const auto number = static_cast<double>(value);
    if (std::isfinite(number)) {
      look.squares += number * number;
      ++look.values;
    } else {
      look.finite = false;
    }
  }
}

void sum_squares(DType dtype, std::span<const std::uint8_t> bytes, SampleLook& look) {
  switch (dtype) {
    case DType::float32: return sum_squares<float>(bytes, look);
    case DType::float64: return sum_squares<double>(bytes, look);
    case DType::uint8: return sum_squares<std::uint8_t>(bytes, look);
    case DType::int8: return sum_squares<std::int8_t>(bytes, look);
    case DType::int16: return sum_squares<std::int16_t>(bytes, look);
    case DType::int32: return sum_squares<std::int32_t>(bytes, look);
    case DType::int64: return sum_squares<std::int64_t>(bytes, look);
    case DType::uint16: return sum_squares<std::uint16_t>(bytes, look);
    case DType::uint32: return sum_squares<std::uint32_t>(bytes, look);
    case DType::uint64: return sum_squares<std::uint64_t>(bytes, look);
    case DType::boolean: return sum_squares<std::uint8_t>(bytes, look);
    case DType::float16: return;  // cast by the caller
  }
}

SampleLook look_at(const std::vector<Tensor>& inputs, std::size_t sample) {
  SampleLook look;
  std::string digests;
  std::size_t elements = 0;
  for (const Tensor& input : inputs) {
    const std::size_t bytes = input.bytes().size() / static_cast<std::size_t>(input.shape()[0]);
    const auto row = input.bytes().subspan(sample * bytes, bytes);
    digests += md5_hex(row);
    look.constant = look.constant && repeats(row, size_of(input.dtype()));
    elements = std::max(elements, bytes / size_of(input.dtype()));
    sum_squares(input.dtype(), row, look);
  }
  look.constant = look.constant && elements > 1;
  look.digest = digests;
  return look;
}

}  // namespace

Inspection inspect_files(const std::filesystem::path& directory, const std::vector<UsedFile>& files,
                         const ContentCheck& check, int threads) {
  std::vector<Look> looks(files.size());
  ThreadPool pool(threads);
  pool.run(static_cast<int>(files.size()), [&](int i) {
    const auto at = static_cast<std::size_t>(i);
    looks[at] = look_into(directory / files[at].path, check);
  });

  Inspection inspection;
  Findings findings;
  std::vector<std::string> digests;
  for (const Look& look : looks) {
    if (!look.unreadable.empty()) inspection.unreadable.push_back(look.unreadable);
    digests.push_back(look.digest);
  }
  find_equals(files, digests, findings);
  find_speakers_in_both(files, findings);
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const std::string& oddity : looks[i].oddities) findings.add(oddity, files[i].path);
  }
  inspection.findings = findings.take();
  return inspection;
}

void SampleInspector::add(std::vector<Tensor> inputs, std::span<const std::int64_t> class_ids, bool validation) {
  for (Tensor& input : inputs) {
    if (input.dtype() == DType::float16) input = input.cast(DType::float32);
  }
  const auto count = static_cast<std::size_t>(inputs.at(0).shape()[0]);
  if (count == 0) return;
  std::vector<Shape> shapes;
  for (const Tensor& input : inputs) shapes.push_back(input.shape().without_front());
  if (shapes_.empty()) shapes_ = shapes;

  std::vector<SampleLook> looks(count);
  pool_.run(static_cast<int>(count), [&](int i) {
    const auto at = static_cast<std::size_t>(i);
    looks[at] = look_at(inputs, at);
  });
  for (std::size_t i = 0; i < count; ++i) {
    const SampleLook& look = looks[i];
    samples_.push_back({.path = fmt::format("{}[{}]", validation ? "validation" : "training", counts_[validation]++),
                        .class_id = class_ids.empty() ? 0 : class_ids[i],
                        .validation = validation});
    digests_.push_back(look.digest);
    std::vector<std::string>& oddities = oddities_.emplace_back();
    if (!look.finite) oddities.emplace_back("with a value that is NaN or infinite");
    if (look.constant) oddities.emplace_back("of a single value");
    if (shapes != shapes_)
      oddities.push_back(fmt::format("of another shape than the first sample, {}", to_string(shapes_[0])));
    sizes_[validation].squares += look.squares;
    sizes_[validation].values += look.values;
  }
}

std::vector<Finding> SampleInspector::findings() const {
  Findings findings;
  find_equals(samples_, digests_, findings);
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    for (const std::string& oddity : oddities_[i]) findings.add(oddity, samples_[i].path);
  }
  constexpr double kFar = 8;
  const auto root_mean_square = [](const Size& size) { return std::sqrt(size.squares / std::max(size.values, 1.0)); };
  const double training = root_mean_square(sizes_[0]);
  const double validation = root_mean_square(sizes_[1]);
  if (std::min(training, validation) > 0 && std::max(training, validation) > kFar * std::min(training, validation)) {
    findings.add("values of another size in training and validation (root mean square)",
                 fmt::format("training {:.3g}, validation {:.3g}", training, validation));
  }
  return findings.take();
}

ContentCheck picture_check(std::int64_t height, std::int64_t width) {
  return [=](const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    const Tensor picture = decode_picture(path, bytes);
    std::vector<std::string> oddities;
    if (picture.shape().rank() != 3) return oddities;  // an array that only the specification understands
    if (has_one_colour(picture)) oddities.emplace_back("of a single colour");
    if (picture.shape()[0] < height || picture.shape()[1] < width) {
      oddities.push_back(fmt::format("smaller than {}x{}, so enlarged", height, width));
    }
    return oddities;
  };
}

ContentCheck sound_check(std::int64_t rate_hz) {
  return [=](const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    constexpr float kOneStep = 1.0F / 32768;
    constexpr std::size_t kMostClippedPart = 100;
    const audio::Clip clip = audio::decode_sound(bytes, path);
    const auto count_from = [&](float loudness) {
      return static_cast<std::size_t>(
          std::ranges::count_if(clip.samples, [=](float value) { return std::abs(value) >= loudness; }));
    };
    std::vector<std::string> oddities;
    if (count_from(2 * kOneStep) == 0) oddities.emplace_back("silent");
    if (count_from(1 - kOneStep) * kMostClippedPart > clip.samples.size()) {
      oddities.emplace_back("clipped: more than 1 % of the samples are at full scale");
    }
    if (clip.rate_hz != rate_hz) oddities.push_back(fmt::format("not recorded at {} Hz, so resampled", rate_hz));
    return oddities;
  };
}

}  // namespace mltk
