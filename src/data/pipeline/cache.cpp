// Elements of a finished pass, kept in memory or in a file.

#include <cstring>
#include <fstream>
#include <mutex>
#include <system_error>

#include "base/file.h"
#include "data/dataset.h"

namespace mltk::datasets {
namespace {

namespace fs = std::filesystem;

using Elements = std::shared_ptr<const std::vector<Element>>;

class MemoryCache : public Dataset {
 public:
  explicit MemoryCache(DatasetPtr input) : input_(std::move(input)) {}

  std::int64_t cardinality() const override { return input_->cardinality(); }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    const std::lock_guard lock(mutex_);
    if (kept_) return std::make_unique<Replay>(kept_);
    return std::make_unique<Record>(std::static_pointer_cast<const MemoryCache>(shared_from_this()),
                                    input_->iterate(pass));
  }

 private:
  class Replay : public ElementIterator {
   public:
    explicit Replay(Elements elements) : elements_(std::move(elements)) {}
    std::optional<Element> next() override {
      if (at_ >= elements_->size()) return std::nullopt;
      return (*elements_)[at_++];
    }

   private:
    Elements elements_;
    std::size_t at_ = 0;
  };

  class Record : public ElementIterator {
   public:
    Record(std::shared_ptr<const MemoryCache> cache, std::unique_ptr<ElementIterator> input)
        : cache_(std::move(cache)), input_(std::move(input)) {}
    std::optional<Element> next() override {
      if (!input_) return std::nullopt;
      std::optional<Element> element = input_->next();
      if (element) {
        elements_.push_back(*element);
        return element;
      }
      input_.reset();
      const std::lock_guard lock(cache_->mutex_);
      if (!cache_->kept_) cache_->kept_ = std::make_shared<const std::vector<Element>>(std::move(elements_));
      return std::nullopt;
    }

   private:
    std::shared_ptr<const MemoryCache> cache_;
    std::unique_ptr<ElementIterator> input_;
    std::vector<Element> elements_;
  };

  DatasetPtr input_;
  mutable std::mutex mutex_;
  mutable Elements kept_;
};

/// A file of elements: a line that says so, then size and bytes of each, then a size of all ones at the end.
constexpr std::string_view kHeader = "mltk dataset cache 1\n";
constexpr std::uint64_t kEnd = ~std::uint64_t{0};

class FileCache : public Dataset {
 public:
  FileCache(DatasetPtr input, fs::path file) : input_(std::move(input)), file_(std::move(file)) {}

  std::int64_t cardinality() const override { return input_->cardinality(); }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    if (fs::exists(file_)) return std::make_unique<Replay>(file_);
    return std::make_unique<Record>(file_, input_->iterate(pass));
  }

 private:
  class Replay : public ElementIterator {
   public:
    explicit Replay(const fs::path& path) : path_(path), file_(path, std::ios::binary), size_(fs::file_size(path)) {
      std::string header(kHeader.size(), '\0');
      if (!file_.read(header.data(), static_cast<std::streamsize>(header.size())) || header != kHeader) {
        fail(ErrorKind::invalid_data, "{}: is no cache of a data set; give cache() another file name", path_.string());
      }
    }
    std::optional<Element> next() override {
      if (done_) return std::nullopt;
      std::uint64_t size = 0;
      if (!file_.read(reinterpret_cast<char*>(&size), sizeof(size)) || (size != kEnd && size > size_)) damaged();
      done_ = size == kEnd;
      if (done_) return std::nullopt;
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
      if (!file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) damaged();
      return deserialize(bytes);
    }

   private:
    fs::path path_;
    std::ifstream file_;
    std::uint64_t size_;
    bool done_ = false;

    [[noreturn]] void damaged() const {
      fail(ErrorKind::invalid_data, "{}: the cache of a data set is cut off; remove it", path_.string());
    }
  };

  /// Writes beside the file, and renames when the pass has come to its end.
  class Record : public ElementIterator {
   public:
    Record(const fs::path& path, std::unique_ptr<ElementIterator> input)
        : path_(path), temporary_(temporary_beside(path)), input_(std::move(input)) {
      if (path_.has_parent_path()) fs::create_directories(path_.parent_path());
      file_.open(temporary_, std::ios::binary);
      file_.write(kHeader.data(), static_cast<std::streamsize>(kHeader.size()));
      check();
    }
    ~Record() override {
      std::error_code ignored;
      if (input_) fs::remove(temporary_, ignored);
    }
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    std::optional<Element> next() override {
      if (!input_) return std::nullopt;
      std::optional<Element> element = input_->next();
      if (element) {
        const auto bytes = serialize(*element);
        write_number(bytes.size());
        file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        check();
        return element;
      }
      write_number(kEnd);
      file_.close();
      check();
      fs::rename(temporary_, path_);
      input_.reset();
      return std::nullopt;
    }

   private:
    fs::path path_;
    fs::path temporary_;
    std::unique_ptr<ElementIterator> input_;
    std::ofstream file_;

    void write_number(std::uint64_t value) { file_.write(reinterpret_cast<const char*>(&value), sizeof(value)); }
    void check() const {
      if (!file_) fail(ErrorKind::io, "{}: cannot be written: {}", temporary_.string(), std::strerror(errno));
    }
  };

  DatasetPtr input_;
  fs::path file_;
};

}  // namespace

DatasetPtr cache(DatasetPtr input, fs::path file) {
  if (file.empty()) return std::make_shared<MemoryCache>(std::move(input));
  return std::make_shared<FileCache>(std::move(input), std::move(file));
}

}  // namespace mltk::datasets
