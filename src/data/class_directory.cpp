#include "data/class_directory.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/philox.h"
#include "data/array_source.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPictureSuffixes[] = {"png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff", "npy"};
constexpr std::string_view kSoundSuffixes[] = {"wav", "flac", "ogg"};
constexpr std::string_view kUnknown = "_unknown_";
constexpr std::string_view kSilence = "_silence_";

bool is_of_kind(const fs::path& path, const FileKind& kind) {
  std::string name = path.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kind.suffixes, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

/// The files of a kind in a folder and the folders in it. A link back to a folder that it lies in is not followed.
std::vector<fs::path> files_in(const fs::path& folder, const FileKind& kind, bool follow_links) {
  std::vector<fs::path> files;
  try {
    const auto options = follow_links ? fs::directory_options::follow_directory_symlink : fs::directory_options::none;
    for (fs::recursive_directory_iterator at(folder, options), end; at != end; ++at) {
      if (at->is_symlink() && at->is_directory()) {
        const fs::path target = fs::canonical(at->path());
        const fs::path parent = fs::canonical(at->path().parent_path());
        if (std::ranges::mismatch(target, parent).in1 == target.end()) at.disable_recursion_pending();
      } else if (at->is_regular_file() && is_of_kind(*at, kind)) {
        files.push_back(at->path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    fail(ErrorKind::io, "{}: the folder cannot be listed: {}", error.path1().string(), error.code().message());
  }
  return files;
}

/// "found: cat (12 pictures), dog (0 pictures)"
std::string describe(const fs::path& directory, const FileKind& kind) {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.is_directory() && !entry.path().filename().string().starts_with(".")) {
      folders.push_back(
          fmt::format("{} ({} {})", entry.path().filename().string(), files_in(entry, kind, false).size(), kind.noun));
    }
  }
  std::ranges::sort(folders);
  if (folders.empty()) return "it has no folders";
  constexpr std::size_t kMost = 20;
  const std::size_t more = folders.size() > kMost ? folders.size() - kMost : 0;
  folders.resize(folders.size() - more);
  return fmt::format("found: {}{}", fmt::join(folders, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

void check_exists(const fs::path& directory) {
  if (fs::is_directory(directory)) return;
  fs::path existing = fs::absolute(directory).lexically_normal();
  while (!fs::exists(existing) && existing.has_relative_path()) existing = existing.parent_path();
  fail(ErrorKind::invalid_data, "data folder {} {}; the part that exists is {}",
       fs::absolute(directory).lexically_normal().string(), fs::exists(directory) ? "is a file" : "does not exist",
       existing.string());
}

std::vector<std::string> find_files(const ListingSettings& settings, const std::string& label) {
  const fs::path folder = settings.directory / label;
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::invalid_data, "class '{}' has no folder {}; {}", label, folder.string(),
         describe(settings.directory, *settings.kind));
  }
  std::vector<std::string> paths;
  for (const fs::path& path : files_in(folder, *settings.kind, settings.follow_links)) {
    paths.push_back(path.lexically_relative(settings.directory).generic_string());
  }
  if (paths.empty()) {
    std::vector<std::string> others;
    for (const auto& entry : fs::directory_iterator(folder)) others.push_back(entry.path().filename().string());
    std::ranges::sort(others);
    constexpr std::size_t kMost = 5;
    if (others.size() > kMost) others.resize(kMost);
    fail(ErrorKind::invalid_data, "class '{}' has no {} in {} ({}); {}", label, settings.kind->noun, folder.string(),
         others.empty() ? "the folder is empty" : fmt::format("there is {}", fmt::join(others, ", ")),
         describe(settings.directory, *settings.kind));
  }
  std::ranges::sort(paths);
  return paths;
}

/// The kept order of a class's files: those that are gone left out, new ones at random places behind.
std::vector<std::string> in_kept_order(const ListingSettings& settings, const std::string& label,
                                       const std::vector<std::string>& present) {
  const fs::path index = fs::path(settings.shuffle_index_dir) / ".index" / (label + ".txt");
  std::vector<std::string> order;
  std::set<std::string> left(present.begin(), present.end());
  if (fs::exists(index)) {
    const std::string text = read_text_file(index);
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      std::string path = text.substr(start, end - start);
      start = end + 1;
      if (left.erase(path) > 0) order.push_back(std::move(path));
    }
  }
  const std::vector<std::string> added(left.begin(), left.end());
  for (const std::int64_t i : shuffled_order(static_cast<std::int64_t>(added.size()), settings.seed, 0)) {
    order.push_back(added[static_cast<std::size_t>(i)]);
  }
  std::string text;
  for (const std::string& path : order) text += path + "\n";
  write_file(index, text);
  return order;
}

/// The files in a class's folder that belong to the split; may be none.
std::vector<std::string> split_files(const ListingSettings& settings, const std::string& label) {
  if (settings.list_class) return settings.list_class(label);
  std::vector<std::string> paths = find_files(settings, label);
  if (!settings.shuffle_index_dir.empty()) paths = in_kept_order(settings, label, paths);
  const auto [first, last] = split_range(paths.size(), settings.split);
  return {paths.begin() + static_cast<std::ptrdiff_t>(first), paths.begin() + static_cast<std::ptrdiff_t>(last)};
}

/// The same of a class that must have some.
std::vector<std::string> files_of_class(const ListingSettings& settings, const std::string& label) {
  std::vector<std::string> paths = split_files(settings, label);
  if (!paths.empty()) return paths;
  if (settings.list_class)
    fail(ErrorKind::invalid_data, "class '{}': the specification's function lists no files", label);
  fail(ErrorKind::invalid_data,
       "class '{}' has {} {}, and validation takes all of them; add some or lower validation_split", label,
       find_files(settings, label).size(), settings.kind->noun);
}

/// Folders that are no classes and do not look like something else.
std::vector<std::string> folders_of_unknown(const ListingSettings& settings) {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(settings.directory)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && std::string_view("_~.").find(name[0]) == std::string_view::npos &&
        std::ranges::find(settings.classes, name) == settings.classes.end()) {
      folders.push_back(name);
    }
  }
  if (folders.empty()) {
    fail(ErrorKind::invalid_data,
         "class '{}' is made of the folders that are no classes, but {} has none; add folders of other {}, or set "
         "unknown_class_percentage=0 to take a folder of that name",
         kUnknown, settings.directory.string(), settings.kind->noun);
  }
  std::ranges::sort(folders);
  return folders;
}

/// `target` files, as many of each folder, drawn at random.
std::vector<std::string> unknown_files(const ListingSettings& settings, std::size_t target) {
  std::vector<std::vector<std::string>> found;
  for (const std::string& folder : folders_of_unknown(settings)) {
    ListingSettings one = settings;
    one.classes = {folder};
    std::vector<std::string> paths;
    if (settings.list_class || !files_in(settings.directory / folder, *settings.kind, settings.follow_links).empty())
      paths = split_files(one, folder);
    if (!paths.empty()) found.push_back(std::move(paths));
  }
  const std::size_t each = std::max<std::size_t>(target / std::max<std::size_t>(found.size(), 1), 1);
  std::vector<std::string> files;
  for (const auto& paths : found) {
    const auto order = shuffled_order(static_cast<std::int64_t>(paths.size()), settings.seed, 0);
    for (std::size_t i = 0; i < std::min(each, order.size()) && files.size() < target; ++i)
      files.push_back(paths[static_cast<std::size_t>(order[i])]);
  }
  if (files.empty()) {
    fail(ErrorKind::invalid_data, "class '{}': the folders that are no classes have no {}", kUnknown,
         settings.kind->noun);
  }
  return files;
}

/// Whether a class is made up, and its size relative to the others.
std::optional<double> made_up(const ListingSettings& settings, std::string_view label) {
  std::optional<double> share;
  if (label == kUnknown) share = settings.unknown_class_percentage;
  if (label == kSilence) share = settings.silence_class_percentage;
  return share && *share != 0 ? share : std::nullopt;
}

}  // namespace

const FileKind kPictureFiles = {"pictures", kPictureSuffixes};
const FileKind kSoundFiles = {"sounds", kSoundSuffixes};

std::pair<std::size_t, std::size_t> split_range(std::size_t count,
                                                const std::optional<std::pair<double, double>>& split) {
  if (!split) return {0, count};
  const auto at = [&](double share) {
    return std::min(count, static_cast<std::size_t>(std::ceil(share * static_cast<double>(count))));
  };
  return split->first == 0 ? std::pair{std::size_t{0}, at(split->second)} : std::pair{at(split->first), count};
}

std::vector<std::string> files_of_kind(const fs::path& folder, const FileKind& kind) {
  std::vector<std::string> names;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_regular_file() && is_of_kind(entry, kind)) names.push_back(entry.path().filename().string());
    }
  } catch (const fs::filesystem_error& error) {
    fail(ErrorKind::io, "{}: the folder cannot be listed: {}", folder.string(), error.code().message());
  }
  std::ranges::sort(names);
  return names;
}

std::size_t files_of_a_sample(const std::vector<ClassFile>& samples) {
  const auto count = [](const ClassFile& sample) {
    return static_cast<std::size_t>(std::ranges::count(sample.path, '\n')) + 1;
  };
  if (samples.empty()) return 1;
  for (const ClassFile& sample : samples) {
    if (count(sample) != count(samples[0])) {
      fail(ErrorKind::invalid_data, "a sample has {} file(s) ({}), another one {} ({}); expected as many of each",
           count(samples[0]), samples[0].path, count(sample), sample.path);
    }
  }
  return count(samples[0]);
}

std::vector<ClassFile> files_of_input(const std::vector<ClassFile>& samples, std::size_t input) {
  std::vector<ClassFile> files;
  for (const auto& [path, class_id] : samples) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < input; ++i) begin = path.find('\n', begin) + 1;
    files.push_back({path.substr(begin, path.find('\n', begin) - begin), class_id});
  }
  return files;
}

std::vector<ClassFile> list_class_directory(const ListingSettings& settings) {
  check_exists(settings.directory);
  std::vector<std::vector<std::string>> of_class(settings.classes.size());
  std::size_t real_classes = 0;
  std::size_t total = 0;
  const auto capped = [&](std::size_t count) {
    const auto most = settings.max_samples_per_class;
    return most >= 0 ? std::min(count, static_cast<std::size_t>(most)) : count;
  };
  for (std::size_t id = 0; id < of_class.size(); ++id) {
    if (made_up(settings, settings.classes[id])) continue;
    of_class[id] = files_of_class(settings, settings.classes[id]);
    of_class[id].resize(capped(of_class[id].size()));
    total += of_class[id].size();
    ++real_classes;
  }
  for (std::size_t id = 0; id < of_class.size(); ++id) {
    const auto share = made_up(settings, settings.classes[id]);
    if (!share) continue;
    const std::size_t mean = real_classes > 0 ? total / real_classes : 0;
    const std::size_t target = capped(std::max<std::size_t>(static_cast<std::size_t>(mean * *share), 1));
    of_class[id] =
        settings.classes[id] == kUnknown ? unknown_files(settings, target) : std::vector<std::string>(target);
  }
  std::vector<ClassFile> files;
  for (std::size_t id = 0; id < of_class.size(); ++id) {
    for (std::string& path : of_class[id]) files.push_back({std::move(path), static_cast<std::int64_t>(id)});
  }
  return files;
}

}  // namespace mltk
