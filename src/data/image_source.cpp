#include "data/image_source.h"

#include <algorithm>

#include "base/file.h"
#include "data/format.h"
#include "data/sample_cache.h"
#include "image/colour.h"

namespace mltk {
namespace {

/// Of pictures that are saved as JPEG.
constexpr int kSavedQuality = 95;

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
    return cache_.get(at, [&] { return load(at); }, [](const Tensor& picture) { return picture.bytes().size(); });
  }

 private:
  std::filesystem::path directory_;
  std::vector<ClassFile> files_;
  const ImageSettings& settings_;
  SampleCache<Tensor> cache_;

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

class PictureMaker : public SampleMaker {
 public:
  PictureMaker(std::vector<std::int64_t> class_ids, ImageSettings settings)
      : settings_(std::move(settings)), class_ids_(std::move(class_ids)) {
    const Shape& shape = settings_.sample_shape;
    if (shape.rank() != 3 || shape.elements() < 1) {
      fail(ErrorKind::invalid_argument, "the shape of a picture is {}, expected (height, width, channels)",
           to_string(shape));
    }
  }

  const ImageSettings& settings() const { return settings_; }
  void set_store(std::unique_ptr<PictureStore> store) { store_ = std::move(store); }

  std::int64_t samples() const override { return store_->size(); }
  std::int64_t class_id(std::int64_t sample) const override {
    return class_ids_.empty() ? 0 : class_ids_[static_cast<std::size_t>(sample)];
  }
  std::string name(std::int64_t sample) const override { return store_->name(sample); }

  Tensor make(std::int64_t sample, std::int64_t epoch, const SampleInfo& info) override {
    Tensor picture = store_->read(sample);
    if (settings_.noaug_hook) picture = settings_.noaug_hook(picture, info);
    picture = picture.cast(DType::float32);
    // An array of a file may lack the channel.
    if (picture.shape().rank() == 2) picture = picture.reshaped({picture.shape()[0], picture.shape()[1], 1});
    if (settings_.augment) augment(picture, info, sample, epoch);
    if (settings_.preprocessing_hook) picture = settings_.preprocessing_hook(picture, info).cast(DType::float32);
    standardize(picture.as<float>(), settings_);
    normalize_features(picture.as<float>());
    if (picture.shape() != settings_.sample_shape) {
      fail(ErrorKind::invalid_data, "{}: the picture is {}, but the network's input is {}", info.filename,
           to_string(picture.shape()), to_string(settings_.sample_shape));
    }
    if (settings_.whitening) picture = whiten(picture, info);
    if (!settings_.save_to_dir.empty()) save(picture, info, sample, epoch);
    return picture.cast(settings_.dtype);
  }

 private:
  ImageSettings settings_;
  std::vector<std::int64_t> class_ids_;
  std::unique_ptr<PictureStore> store_;

  void augment(Tensor& picture, const SampleInfo& info, std::int64_t sample, std::int64_t epoch) const {
    try {
      image::augment(picture, settings_.augmentation, settings_.seed, epoch, sample + settings_.input * samples());
    } catch (Error& error) {
      error.add_note("picture " + info.filename);
      throw;
    }
  }

  void normalize_features(std::span<float> values) const {
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

  void save(const Tensor& picture, const SampleInfo& info, std::int64_t sample, std::int64_t epoch) const {
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
                      fmt::format("{}{}_{}_{}.{}", prefix, name, epoch, sample, settings_.save_format);
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
                                               ImageSettings settings, GivenLabels given) {
  check_files(directory, files);
  check_rows(given.y, "y", static_cast<std::int64_t>(files.size()));
  check_rows(given.sample_weight, "sample_weight", static_cast<std::int64_t>(files.size()));
  std::vector<std::int64_t> ids;
  for (const ClassFile& file : files) ids.push_back(file.class_id);
  auto maker = std::make_unique<PictureMaker>(std::move(ids), settings);
  maker->set_store(std::make_unique<FileStore>(std::move(directory), std::move(files), maker->settings()));
  return make_parallel_source(std::move(maker), std::move(settings), std::move(given));
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
  auto maker = std::make_unique<PictureMaker>(std::vector<std::int64_t>(), settings);
  maker->set_store(std::make_unique<ArrayStore>(std::move(pictures)));
  return make_parallel_source(std::move(maker), std::move(settings),
                              {.y = std::move(labels), .sample_weight = std::move(sample_weight)});
}

}  // namespace mltk
