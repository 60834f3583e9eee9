#include "data/image_source.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "data/array_source.h"
#include "data/format.h"
#include "image/colour.h"

namespace mltk {
namespace {

/// Of pictures that are saved as JPEG.
constexpr int kSavedQuality = 95;
/// Bytes of decoded pictures that are kept.
constexpr std::size_t kCacheBytes = std::size_t{512} << 20U;

/// Where raw pictures come from.
class PictureStore {
 public:
  virtual ~PictureStore() = default;
  virtual std::int64_t size() const = 0;
  /// [H, W, C], u8 or float.
  virtual Tensor read(std::int64_t sample) = 0;
  virtual std::string name(std::int64_t sample) const = 0;
};

class FileStore : public PictureStore {
 public:
  FileStore(std::filesystem::path directory, std::vector<ClassFile> files, const ImageSettings& settings)
      : directory_(std::move(directory)), files_(std::move(files)), settings_(settings), cache_(files_.size()) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
  std::string name(std::int64_t sample) const override { return files_[static_cast<std::size_t>(sample)].path; }

  Tensor read(std::int64_t sample) override {
    const auto at = static_cast<std::size_t>(sample);
    {
      const std::lock_guard lock(mutex_);
      if (cache_[at]) return *cache_[at];
    }
    Tensor picture = load(at);
    const std::lock_guard lock(mutex_);
    if (cached_bytes_ + picture.bytes().size() <= kCacheBytes && !cache_[at]) {
      cached_bytes_ += picture.bytes().size();
      cache_[at] = std::make_unique<Tensor>(picture);
    }
    return picture;
  }

 private:
  std::filesystem::path directory_;
  std::vector<ClassFile> files_;
  const ImageSettings& settings_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Tensor>> cache_;
  std::size_t cached_bytes_ = 0;

  Tensor load(std::size_t at) const {
    const auto path = directory_ / files_[at].path;
    Tensor picture = read_picture(path);
    if (picture.dtype() != DType::uint8 || path.extension() == ".npy") return picture;
    picture = image::convert_channels(picture, settings_.channels);
    if (!settings_.interpolation) return picture;
    return image::resize(picture, settings_.sample_shape[0], settings_.sample_shape[1], *settings_.interpolation);
  }
};

class ArrayStore : public PictureStore {
 public:
  explicit ArrayStore(Tensor pictures) : pictures_(std::move(pictures)) {}
  std::int64_t size() const override { return pictures_.shape()[0]; }
  std::string name(std::int64_t sample) const override { return fmt::format("sample {}", sample); }
  Tensor read(std::int64_t sample) override {
    return pictures_.rows(sample, 1).reshaped(pictures_.shape().without_front());
  }

 private:
  Tensor pictures_;
};

class ImageSource : public BatchSource {
 public:
  ImageSource(std::vector<std::int64_t> class_ids, std::optional<Tensor> labels, std::optional<Tensor> sample_weight,
              ImageSettings settings)
      : settings_(std::move(settings)),
        class_ids_(std::move(class_ids)),
        labels_(std::move(labels)),
        sample_weight_(sample_weight ? std::optional(sample_weight->cast(DType::float32)) : std::nullopt) {
    const Shape& shape = settings_.sample_shape;
    if (shape.rank() != 3 || shape.elements() < 1) {
      fail(ErrorKind::invalid_argument, "the shape of a picture is {}, expected (height, width, channels)",
           to_string(shape));
    }
  }
  ~ImageSource() override { stop(); }
  ImageSource(const ImageSource&) = delete;
  ImageSource& operator=(const ImageSource&) = delete;

  const ImageSettings& settings() const { return settings_; }
  void set_store(std::unique_ptr<PictureStore> store) {
    store_ = std::move(store);
    if (settings_.batch_size < 1) settings_.batch_size = std::max<std::int64_t>(store_->size(), 1);
  }

  std::int64_t samples() const override { return store_->size(); }
  std::int64_t batches() const override { return (samples() + settings_.batch_size - 1) / settings_.batch_size; }

  void start_epoch(std::int64_t epoch) override {
    stop();
    started_ = true;
    epoch_ = epoch;
    order_ = settings_.shuffle ? shuffled_order(samples(), settings_.seed, epoch) : std::vector<std::int64_t>();
    stopping_ = false;
    next_to_make_ = 0;
    next_to_give_ = 0;
    ready_.clear();
    for (int i = 0; i < std::max(1, settings_.workers); ++i) workers_.emplace_back([this] { work(); });
  }

  bool next(Batch& batch) override {
    if (!started_) start_epoch(0);
    if (next_to_give_ >= batches()) {
      stop();
      return false;
    }
    std::unique_lock lock(mutex_);
    made_.wait(lock, [&] { return ready_.contains(next_to_give_); });
    Made made = std::move(ready_.at(next_to_give_));
    ready_.erase(next_to_give_++);
    lock.unlock();
    taken_.notify_all();
    if (made.error) {
      stop();
      next_to_give_ = batches();
      std::rethrow_exception(made.error);
    }
    batch = std::move(made.batch);
    return true;
  }

 private:
  /// A batch, or why there is none.
  struct Made {
    Batch batch;
    std::exception_ptr error;
  };

  ImageSettings settings_;
  std::vector<std::int64_t> class_ids_;
  std::optional<Tensor> labels_;
  std::optional<Tensor> sample_weight_;
  std::unique_ptr<PictureStore> store_;

  bool started_ = false;
  std::int64_t epoch_ = 0;
  std::vector<std::int64_t> order_;  // empty: as listed
  std::mutex mutex_;
  std::condition_variable made_;
  std::condition_variable taken_;
  std::map<std::int64_t, Made> ready_;
  std::int64_t next_to_make_ = 0;
  std::int64_t next_to_give_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> workers_;

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    taken_.notify_all();
    workers_.clear();  // joins
  }

  void work() {
    const std::int64_t ahead = std::max<std::int64_t>(settings_.max_batches_pending, settings_.workers);
    for (;;) {
      std::int64_t index = 0;
      {
        std::unique_lock lock(mutex_);
        taken_.wait(lock,
                    [&] { return stopping_ || next_to_make_ < next_to_give_ + ahead || next_to_make_ >= batches(); });
        if (stopping_ || next_to_make_ >= batches()) return;
        index = next_to_make_++;
      }
      Made made;
      try {
        made.batch = make_batch(index);
      } catch (...) {
        made.error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        ready_[index] = std::move(made);
      }
      made_.notify_all();
    }
  }

  Batch make_batch(std::int64_t index) {
    const std::int64_t first = index * settings_.batch_size;
    const std::int64_t size = std::min(settings_.batch_size, samples() - first);
    std::vector<std::int64_t> samples;
    std::vector<std::int64_t> ids;
    std::vector<std::string> names;
    for (std::int64_t i = first; i < first + size; ++i) {
      const std::int64_t sample = order_.empty() ? i : order_[static_cast<std::size_t>(i)];
      samples.push_back(sample);
      ids.push_back(class_ids_.empty() ? 0 : class_ids_[static_cast<std::size_t>(sample)]);
      names.push_back(store_->name(sample));
    }
    const Shape& shape = settings_.sample_shape;
    Batch batch{.size = size};
    Tensor x(settings_.dtype, {size, shape[0], shape[1], shape[2]});
    const std::size_t sample_bytes = x.bytes().size() / static_cast<std::size_t>(size);
    for (std::int64_t i = 0; i < size; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const SampleInfo info{ids[at], names[at], i, &ids, &names};
      const Tensor picture = make_sample(samples[at], info);
      std::ranges::copy(picture.bytes(), x.bytes().begin() + static_cast<std::ptrdiff_t>(at * sample_bytes));
    }
    add_labels(batch, x, samples, ids);
    batch.x.push_back(std::move(x));
    return batch;
  }

  Tensor make_sample(std::int64_t sample, const SampleInfo& info) {
    Tensor picture = store_->read(sample);
    if (settings_.noaug_hook) picture = settings_.noaug_hook(picture, info);
    picture = picture.cast(DType::float32);
    // An array of a file may lack the channel.
    if (picture.shape().rank() == 2) picture = picture.reshaped({picture.shape()[0], picture.shape()[1], 1});
    if (settings_.augment) augment(picture, info, sample);
    if (settings_.preprocessing_hook) picture = settings_.preprocessing_hook(picture, info).cast(DType::float32);
    standardize(picture);
    if (picture.shape() != settings_.sample_shape) {
      fail(ErrorKind::invalid_data, "{}: the picture is {}, but the network's input is {}", info.filename,
           to_string(picture.shape()), to_string(settings_.sample_shape));
    }
    if (settings_.whitening) picture = whiten(picture, info);
    if (!settings_.save_to_dir.empty()) save(picture, info, sample);
    return picture.cast(settings_.dtype);
  }

  void augment(Tensor& picture, const SampleInfo& info, std::int64_t sample) const {
    try {
      image::augment(picture, settings_.augmentation, settings_.seed, epoch_, sample);
    } catch (Error& error) {
      error.add_note("picture " + info.filename);
      throw;
    }
  }

  void standardize(Tensor& picture) const {
    const auto values = picture.as<float>();
    if (settings_.rescale && *settings_.rescale != 0) {
      for (float& value : values) value *= static_cast<float>(*settings_.rescale);
    }
    if (settings_.samplewise_center || settings_.samplewise_std_normalization) {
      double sum = 0;
      for (const float value : values) sum += value;
      const double mean = sum / static_cast<double>(values.size());
      double squares = 0;
      for (float& value : values) {
        value -= static_cast<float>(mean);
        squares += static_cast<double>(value) * value;
      }
      if (settings_.samplewise_std_normalization) {
        const auto deviation = static_cast<float>(std::sqrt(squares / static_cast<double>(values.size())) + 1e-6);
        for (float& value : values) value /= deviation;
      }
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!settings_.featurewise_mean.empty())
        values[i] -= static_cast<float>(settings_.featurewise_mean[i % settings_.featurewise_mean.size()]);
      if (!settings_.featurewise_std.empty())
        values[i] /= static_cast<float>(settings_.featurewise_std[i % settings_.featurewise_std.size()] + 1e-6);
    }
  }

  Tensor whiten(const Tensor& picture, const SampleInfo& info) const {
    const std::int64_t size = picture.elements();
    if (settings_.whitening->shape() != Shape{size, size}) {
      fail(ErrorKind::invalid_data, "{}: the picture has {} values, but fit() of zca_whitening got pictures of {}",
           info.filename, size, settings_.whitening->shape()[0]);
    }
    Tensor result(DType::float32, picture.shape());
    const auto values = picture.as<float>();
    const auto to = result.as<float>();
    const float* row = settings_.whitening->as<float>().data();
    for (const float value : values) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += value * row[i];
      row += to.size();
    }
    return result;
  }

  /// Labels in the generator's type, as MLTK gives them.
  void add_labels(Batch& batch, const Tensor& x, const std::vector<std::int64_t>& samples,
                  const std::vector<std::int64_t>& ids) const {
    if (labels_) {
      Shape shape = labels_->shape();
      shape[0] = batch.size;
      Tensor y(labels_->dtype(), shape);
      const std::size_t row = batch.size > 0 ? y.bytes().size() / static_cast<std::size_t>(batch.size) : 0;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const Tensor label = labels_->rows(samples[i], 1);
        std::ranges::copy(label.bytes(), y.bytes().begin() + static_cast<std::ptrdiff_t>(i * row));
      }
      batch.y.push_back(std::move(y));
    } else if (settings_.class_mode == ClassMode::input) {
      batch.y.push_back(x);
    } else if (settings_.class_mode == ClassMode::categorical) {
      Tensor y(DType::float32, {batch.size, settings_.classes});
      for (std::size_t i = 0; i < ids.size(); ++i)
        y.as<float>()[i * static_cast<std::size_t>(settings_.classes) + static_cast<std::size_t>(ids[i])] = 1;
      batch.y.push_back(y.cast(settings_.dtype));
    } else if (settings_.class_mode != ClassMode::none) {
      Tensor y(DType::float32, {batch.size});
      for (std::size_t i = 0; i < ids.size(); ++i) y.as<float>()[i] = static_cast<float>(ids[i]);
      batch.y.push_back(y.cast(settings_.dtype));
    }
    if (sample_weight_) {
      Tensor weights(DType::float32, {batch.size});
      for (std::size_t i = 0; i < samples.size(); ++i)
        weights.as<float>()[i] = sample_weight_->as<float>()[static_cast<std::size_t>(samples[i])];
      batch.sample_weight = std::move(weights);
    }
  }

  void save(const Tensor& picture, const SampleInfo& info, std::int64_t sample) const {
    const auto [low, high] = std::ranges::minmax(picture.as<float>());
    Tensor bytes(DType::uint8, picture.shape());
    for (std::size_t i = 0; i < picture.as<float>().size(); ++i) {
      const float value = high > low ? (picture.as<float>()[i] - low) / (high - low) * 255.0F : 0.0F;
      bytes.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(value);
    }
    std::string name = info.filename;
    std::ranges::replace(name, '/', '-');
    const std::string prefix = settings_.save_prefix.empty() ? "" : settings_.save_prefix + "_";
    const auto path = std::filesystem::path(settings_.save_to_dir) /
                      fmt::format("{}{}_{}_{}.{}", prefix, name, epoch_, sample, settings_.save_format);
    write_file(path, settings_.save_format == "png" ? encode_png(bytes) : encode_jpeg(bytes, kSavedQuality));
  }
};

void check_files(const std::filesystem::path& directory, const std::vector<ClassFile>& files) {
  std::vector<std::string_view> bad;
  for (const ClassFile& file : files) {
    if (!begins_as_picture(directory / file.path)) bad.push_back(file.path);
  }
  if (bad.empty()) return;
  constexpr std::size_t kMost = 5;
  const std::size_t more = bad.size() > kMost ? bad.size() - kMost : 0;
  bad.resize(bad.size() - more);
  fail(ErrorKind::invalid_data, "{}: these files are no pictures, repair or remove them: {}{}", directory.string(),
       fmt::join(bad, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

/// Throws Error(invalid_argument) when there are not as many rows as pictures.
void check_rows(const std::optional<Tensor>& tensor, std::string_view what, std::int64_t pictures) {
  if (tensor && (tensor->shape().rank() == 0 || tensor->shape()[0] != pictures)) {
    fail(ErrorKind::invalid_argument, "{} has the shape {}, but there are {} pictures", what,
         to_string(tensor->shape()), pictures);
  }
}

}  // namespace

std::unique_ptr<BatchSource> make_image_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               ImageSettings settings, std::optional<Tensor> labels,
                                               std::optional<Tensor> sample_weight) {
  check_files(directory, files);
  check_rows(labels, "y", static_cast<std::int64_t>(files.size()));
  check_rows(sample_weight, "sample_weight", static_cast<std::int64_t>(files.size()));
  std::vector<std::int64_t> ids;
  for (const ClassFile& file : files) ids.push_back(file.class_id);
  auto source =
      std::make_unique<ImageSource>(std::move(ids), std::move(labels), std::move(sample_weight), std::move(settings));
  source->set_store(std::make_unique<FileStore>(std::move(directory), std::move(files), source->settings()));
  return source;
}

std::unique_ptr<BatchSource> make_image_source(Tensor pictures, std::optional<Tensor> labels,
                                               std::optional<Tensor> sample_weight, ImageSettings settings) {
  if (pictures.shape().rank() != 4) {
    fail(ErrorKind::invalid_argument, "x has the shape {}, expected (pictures, height, width, channels)",
         to_string(pictures.shape()));
  }
  check_rows(labels, "y", pictures.shape()[0]);
  check_rows(sample_weight, "sample_weight", pictures.shape()[0]);
  settings.sample_shape = pictures.shape().without_front();
  settings.class_mode = ClassMode::none;
  auto source = std::make_unique<ImageSource>(std::vector<std::int64_t>(), std::move(labels), std::move(sample_weight),
                                              std::move(settings));
  source->set_store(std::make_unique<ArrayStore>(std::move(pictures)));
  return source;
}

}  // namespace mltk
