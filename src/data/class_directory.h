#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mltk {

/// A file of a data set and the class that it belongs to.
struct ClassFile {
  /// Relative to the data set's folder, with forward slashes; empty: silence. A sample of several files, one for each
  /// input of the network, has a line for each.
  std::string path;
  std::int64_t class_id = 0;
};

/// The files that a listing takes.
struct FileKind {
  std::string_view noun;                       ///< for messages: "pictures"
  std::span<const std::string_view> suffixes;  ///< ends of names in lower case
};
extern const FileKind kPictureFiles;
extern const FileKind kSoundFiles;

struct ListingSettings {
  std::filesystem::path directory;   ///< holds a folder for each class
  std::vector<std::string> classes;  ///< folder names; the class id is the index
  const FileKind* kind = &kPictureFiles;
  std::optional<std::pair<double, double>> split;  ///< share of each class's files: (0, b) or (a, 1)
  std::int64_t max_samples_per_class = -1;
  bool follow_links = false;
  std::string shuffle_index_dir;  ///< keeps a shuffled order of the files in <dir>/.index/<class>.txt
  std::uint64_t seed = 0;         ///< of that order
  /// Paths of a class, split already, instead of those in its folder: the specification's own function.
  std::function<std::vector<std::string>(const std::string& label)> list_class;
  /// Size of the class `_unknown_`, relative to the mean of the others: files of the folders that are no classes, as
  /// many of each. None or 0: an ordinary folder.
  std::optional<double> unknown_class_percentage;
  /// The same for `_silence_`: entries with an empty path.
  std::optional<double> silence_class_percentage;
};

/// List the files of a data set, class after class; within a class by name, or in the kept shuffled order. Every call
/// looks at the folder: added files are found, removed ones forgotten.
///
/// Split as MLTK does it: validation is the first ceil(share * n) files of each class, training the rest.
/// Throws Error(invalid_data) when the folder does not exist, a class has no folder or no files of the kind (the
/// message says what is there instead) or the split leaves it none; Error(io) when a folder cannot be read.
std::vector<ClassFile> list_class_directory(const ListingSettings& settings);

/// How many files a sample has. Throws Error(invalid_data) when not all have as many.
std::size_t files_of_a_sample(const std::vector<ClassFile>& samples);

/// The samples with nothing but the file `input` of each.
std::vector<ClassFile> files_of_input(const std::vector<ClassFile>& samples, std::size_t input);

/// Names of the files of a kind in a folder, not below it, sorted. Throws Error(io) when the folder cannot be read.
std::vector<std::string> files_of_kind(const std::filesystem::path& folder, const FileKind& kind);

/// (first, last) of n files for a split.
std::pair<std::size_t, std::size_t> split_range(std::size_t count,
                                                const std::optional<std::pair<double, double>>& split);

}  // namespace mltk
