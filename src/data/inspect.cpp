#include "data/inspect.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "audio/sound_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/md5.h"
#include "base/thread_pool.h"
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

void find_equal_files(const std::vector<UsedFile>& files, const std::vector<Look>& looks, Findings& findings) {
  std::map<std::string_view, std::vector<const UsedFile*>> groups;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!looks[i].digest.empty()) groups[looks[i].digest].push_back(&files[i]);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (looks[i].digest.empty()) continue;
    const auto& group = groups[looks[i].digest];
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

bool has_one_colour(const Tensor& picture) {
  const auto bytes = picture.bytes();
  const std::size_t pixel = size_of(picture.dtype()) * static_cast<std::size_t>(picture.shape().back());
  for (std::size_t i = pixel; i < bytes.size(); ++i) {
    if (bytes[i] != bytes[i - pixel]) return false;
  }
  return true;
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
  for (const Look& look : looks) {
    if (!look.unreadable.empty()) inspection.unreadable.push_back(look.unreadable);
  }
  find_equal_files(files, looks, findings);
  find_speakers_in_both(files, findings);
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const std::string& oddity : looks[i].oddities) findings.add(oddity, files[i].path);
  }
  inspection.findings = findings.take();
  return inspection;
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
