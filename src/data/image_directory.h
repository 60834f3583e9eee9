#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mltk {

/// A file of a data set and the class that it belongs to.
struct ClassFile {
  std::string path;  ///< relative to the data set's folder, with forward slashes
  std::int64_t class_id = 0;
};

struct ListingSettings {
  std::filesystem::path directory;                 ///< holds a folder for each class
  std::vector<std::string> classes;                ///< folder names; the class id is the index
  std::optional<std::pair<double, double>> split;  ///< share of each class's files: (0, b) or (a, 1)
  std::int64_t max_samples_per_class = -1;
  bool follow_links = false;
  std::string shuffle_index_dir;  ///< keeps a shuffled order of the files in <dir>/.index/<class>.txt
  std::uint64_t seed = 0;         ///< of that order
};

/// List the files of a data set, class after class; within a class by name, or in the kept shuffled order. Every call
/// looks at the folder: added files are found, removed ones forgotten.
///
/// Split as MLTK does it: validation is the first ceil(share * n) files of each class, training the rest.
/// Throws Error(invalid_data) when the folder does not exist, a class has no folder or no pictures (the message says
/// what is there instead) or the split leaves it none; Error(io) when a folder cannot be read.
std::vector<ClassFile> list_image_directory(const ListingSettings& settings);

/// (first, last) of n files for a split.
std::pair<std::size_t, std::size_t> split_range(std::size_t count,
                                                const std::optional<std::pair<double, double>>& split);

}  // namespace mltk
