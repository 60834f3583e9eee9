#include "data/image_directory.h"

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

constexpr std::string_view kSuffixes[] = {"png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff", "npy"};

bool is_picture(const fs::path& path) {
  std::string name = path.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

/// The pictures in a folder and the folders in it. A link back to a folder that it lies in is not followed.
std::vector<fs::path> pictures_in(const fs::path& folder, bool follow_links) {
  std::vector<fs::path> pictures;
  try {
    const auto options = follow_links ? fs::directory_options::follow_directory_symlink : fs::directory_options::none;
    for (fs::recursive_directory_iterator at(folder, options), end; at != end; ++at) {
      if (at->is_symlink() && at->is_directory()) {
        const fs::path target = fs::canonical(at->path());
        const fs::path parent = fs::canonical(at->path().parent_path());
        if (std::ranges::mismatch(target, parent).in1 == target.end()) at.disable_recursion_pending();
      } else if (at->is_regular_file() && is_picture(*at)) {
        pictures.push_back(at->path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    fail(ErrorKind::io, "{}: the folder cannot be listed: {}", error.path1().string(), error.code().message());
  }
  return pictures;
}

/// "found: cat (12 pictures), dog (0 pictures)"
std::string describe(const fs::path& directory) {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.is_directory() && !entry.path().filename().string().starts_with(".")) {
      folders.push_back(
          fmt::format("{} ({} pictures)", entry.path().filename().string(), pictures_in(entry, false).size()));
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

std::vector<std::string> find_pictures(const ListingSettings& settings, const std::string& label) {
  const fs::path folder = settings.directory / label;
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::invalid_data, "class '{}' has no folder {}; {}", label, folder.string(),
         describe(settings.directory));
  }
  std::vector<std::string> paths;
  for (const fs::path& path : pictures_in(folder, settings.follow_links)) {
    paths.push_back(path.lexically_relative(settings.directory).generic_string());
  }
  if (paths.empty()) {
    std::vector<std::string> others;
    for (const auto& entry : fs::directory_iterator(folder)) others.push_back(entry.path().filename().string());
    std::ranges::sort(others);
    constexpr std::size_t kMost = 5;
    if (others.size() > kMost) others.resize(kMost);
    fail(ErrorKind::invalid_data, "class '{}' has no pictures in {} ({}); {}", label, folder.string(),
         others.empty() ? "the folder is empty" : fmt::format("there is {}", fmt::join(others, ", ")),
         describe(settings.directory));
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

}  // namespace

std::pair<std::size_t, std::size_t> split_range(std::size_t count,
                                                const std::optional<std::pair<double, double>>& split) {
  if (!split) return {0, count};
  const auto at = [&](double share) {
    return std::min(count, static_cast<std::size_t>(std::ceil(share * static_cast<double>(count))));
  };
  return split->first == 0 ? std::pair{std::size_t{0}, at(split->second)} : std::pair{at(split->first), count};
}

std::vector<ClassFile> list_image_directory(const ListingSettings& settings) {
  check_exists(settings.directory);
  std::vector<ClassFile> files;
  for (std::size_t id = 0; id < settings.classes.size(); ++id) {
    const std::string& label = settings.classes[id];
    std::vector<std::string> paths = find_pictures(settings, label);
    if (!settings.shuffle_index_dir.empty()) paths = in_kept_order(settings, label, paths);
    auto [first, last] = split_range(paths.size(), settings.split);
    if (first == last) {
      fail(ErrorKind::invalid_data,
           "class '{}' has {} picture(s), and validation takes all of them; add pictures or lower validation_split",
           label, paths.size());
    }
    if (settings.max_samples_per_class >= 0)
      last = std::min(last, first + static_cast<std::size_t>(settings.max_samples_per_class));
    for (std::size_t i = first; i < last; ++i) files.push_back({paths[i], static_cast<std::int64_t>(id)});
  }
  return files;
}

}  // namespace mltk
