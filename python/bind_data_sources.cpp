// The sources behind the parallel data generators: their settings, a dictionary, as those of the native library.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "audio_settings.h"
#include "data/class_directory.h"
#include "data/format.h"
#include "data/image_source.h"
#include "data/joined_source.h"
#include "data/sound_source.h"
#include "data_sources.h"
#include "image/colour.h"

namespace mltk::python {
namespace {

using namespace nb::literals;

/// A value of the settings.
class Settings {
 public:
  explicit Settings(nb::dict settings) : settings_(std::move(settings)) {}

  nb::object operator[](const char* name) const {
    if (!settings_.contains(name)) return nb::none();
    return nb::borrow(settings_[name]);
  }
  template <class T>
  T get(const char* name, T otherwise) const {
    const nb::object value = (*this)[name];
    return value.is_none() ? otherwise : nb::cast<T>(value);
  }
  template <class T>
  std::optional<T> optional(const char* name) const {
    const nb::object value = (*this)[name];
    return value.is_none() ? std::nullopt : std::optional<T>(nb::cast<T>(value));
  }

 private:
  nb::dict settings_;
};

image::ShiftRange shift_range(const nb::object& value) {
  image::ShiftRange range;
  if (value.is_none()) return range;
  if (nb::isinstance<nb::int_>(value)) {
    range.whole_pixels = nb::cast<std::int64_t>(value);
  } else if (nb::isinstance<nb::float_>(value)) {
    range.fraction_or_pixels = nb::cast<double>(value);
  } else {
    for (nb::handle item : value) range.choices.push_back(nb::cast<double>(nb::float_(item)));
  }
  return range;
}

std::optional<std::pair<double, double>> pair_of(const nb::object& value) {
  if (value.is_none()) return std::nullopt;
  return std::pair(nb::cast<double>(nb::float_(value[0])), nb::cast<double>(nb::float_(value[1])));
}

double number(const nb::object& value, double otherwise = 0) {
  return value.is_none() ? otherwise : nb::cast<double>(nb::float_(value));
}

/// A sample of silence has no file, a sample of several files a tuple of them.
nb::object name_or_none(const std::string& name) {
  if (name.empty()) return nb::none();
  if (name.find('\n') == std::string::npos) return nb::str(name.c_str());
  return nb::tuple(nb::str(name.c_str()).attr("split")("\n"));
}

nb::list names_or_none(const std::vector<std::string>& names) {
  nb::list list;
  for (const std::string& name : names) list.append(name_or_none(name));
  return list;
}

/// A hook of the specification; called from worker threads.
SampleHook sample_hook(const nb::object& function) {
  if (function.is_none()) return nullptr;
  // The last copy may go in a thread without the interpreter's lock.
  const auto held = std::shared_ptr<nb::object>(new nb::object(function), [](nb::object* object) {
    const nb::gil_scoped_acquire acquire;
    delete object;
  });
  return [held](const Tensor& picture, const SampleInfo& info) {
    const nb::gil_scoped_acquire acquire;
    nb::dict about;
    about["class_id"] = info.class_id;
    about["filename"] = name_or_none(info.filename);
    about["batch_index"] = info.batch_index;
    about["batch_class_ids"] = nb::cast(*info.batch_class_ids);
    about["batch_filenames"] = names_or_none(*info.batch_filenames);
    return to_tensor((*held)(to_numpy(picture), about));
  };
}

void read_batch_settings(const Settings& settings, BatchSettings& result) {
  const auto batch_shape = nb::cast<std::vector<std::int64_t>>(settings["batch_shape"]);
  result.batch_size = batch_shape.at(0);
  result.sample_shape = Shape(std::span(batch_shape).subspan(1));
  result.shuffle = settings.get<bool>("shuffle", true);
  result.dtype = dtype_of(settings.get<std::string>("dtype", "float32"));
  result.seed = static_cast<std::uint64_t>(settings.get<std::int64_t>("seed", 0));
  result.workers = settings.get<int>("workers", 1);
  result.max_batches_pending = settings.get<std::int64_t>("max_batches_pending", 4);
}

void read_normalization(const Settings& settings, SampleNormalization& result) {
  result.rescale = settings["rescale"].is_none() ? std::nullopt : std::optional(number(settings["rescale"]));
  result.samplewise_center = settings.get<bool>("samplewise_center", false);
  result.samplewise_std_normalization = settings.get<bool>("samplewise_std_normalization", false);
  result.samplewise_normalize_range = pair_of(settings["samplewise_normalize_range"]);
}

ImageSettings image_settings(const Settings& settings) {
  ImageSettings result;
  read_batch_settings(settings, result);
  read_normalization(settings, result);
  result.augment = settings.get<bool>("augment", true);
  result.featurewise_mean = settings.get<std::vector<double>>("featurewise_mean", {});
  result.featurewise_std = settings.get<std::vector<double>>("featurewise_std", {});
  result.save_to_dir = settings.get<std::string>("save_to_dir", "");
  result.save_prefix = settings.get<std::string>("save_prefix", "");
  result.save_format = settings.get<std::string>("save_format", "png");
  if (!settings["whitening"].is_none()) result.whitening = to_tensor(settings["whitening"]).cast(DType::float32);
  result.noaug_hook = sample_hook(settings["noaug_preprocessing_function"]);
  result.preprocessing_hook = sample_hook(settings["preprocessing_function"]);

  image::AugmentSettings& augment = result.augmentation;
  augment.rotation_range = number(settings["rotation_range"]);
  augment.width_shift_range = shift_range(settings["width_shift_range"]);
  augment.height_shift_range = shift_range(settings["height_shift_range"]);
  augment.shear_range = number(settings["shear_range"]);
  augment.zoom_range = pair_of(settings["zoom_range"]).value_or(std::pair(1.0, 1.0));
  augment.channel_shift_range = number(settings["channel_shift_range"]);
  augment.horizontal_flip = settings.get<bool>("horizontal_flip", false);
  augment.vertical_flip = settings.get<bool>("vertical_flip", false);
  augment.brightness_range = pair_of(settings["brightness_range"]);
  augment.contrast_range = pair_of(settings["contrast_range"]);
  augment.noise = settings.get<std::vector<std::string>>("noise", {});
  augment.fill_mode = settings.get<std::string>("fill_mode", "nearest");
  augment.cval = number(settings["cval"]);
  augment.interpolation_order = settings.get<std::int64_t>("interpolation_order", 1);
  if (augment.interpolation_order > 1) {
    fail(ErrorKind::unsupported, "interpolation_order={} is not supported; use 0 (nearest) or 1 (bilinear)",
         augment.interpolation_order);
  }
  return result;
}

audio::AugmentSettings sound_augmentation(const Settings& settings) {
  audio::AugmentSettings augment;
  augment.rate_hz = nb::cast<std::int64_t>(settings["sample_rate_hz"]);
  augment.length = nb::cast<std::size_t>(settings["sample_length"]);
  augment.trim_threshold_db = number(settings["trim_threshold_db"]);
  augment.offset_range = pair_of(settings["offset_range"]).value_or(audio::Range(0, 1));
  augment.loudness_range = pair_of(settings["loudness_range"]);
  augment.speed_range = pair_of(settings["speed_range"]);
  augment.pitch_range = pair_of(settings["pitch_range"]);
  augment.vtlp_range = pair_of(settings["vtlp_range"]);
  augment.noise_colors = settings.get<std::vector<std::string>>("noise_colors", {});
  augment.noise_color_range = pair_of(settings["noise_color_range"]);
  augment.bg_noise_range = pair_of(settings["bg_noise_range"]);
  return augment;
}

nb::dict to_dict(const audio::Transform& transform) {
  nb::dict dict;
  dict["offset_percentage"] = transform.offset_percentage;
  dict["loudness_factor"] = transform.loudness_factor;
  dict["noise_color"] = transform.noise_color;
  dict["noise_color_factor"] = transform.noise_color_factor;
  dict["bg_noise"] = name_or_none(transform.bg_noise);
  dict["bg_noise_factor"] = transform.bg_noise_factor;
  dict["speed_factor"] = transform.speed_factor;
  dict["pitch_factor"] = transform.pitch_factor;
  dict["vtlp_factor"] = transform.vtlp_factor;
  return dict;
}

/// Of a dictionary as `to_dict` makes it. None and, where 0 makes no sense, 0 change nothing.
audio::Transform transform_of(const Settings& values) {
  const auto factor = [&](const char* name) {
    const double value = number(values[name], 1);
    return value == 0 ? 1 : value;
  };
  return {
      .speed_factor = factor("speed_factor"),
      .pitch_factor = number(values["pitch_factor"]),
      .vtlp_factor = factor("vtlp_factor"),
      .offset_percentage = number(values["offset_percentage"]),
      .loudness_factor = factor("loudness_factor"),
      .noise_color = values.get<std::string>("noise_color", "none"),
      .noise_color_factor = number(values["noise_color_factor"]),
      .bg_noise = values.get<std::string>("bg_noise", ""),
      .bg_noise_factor = number(values["bg_noise_factor"]),
  };
}

ClassMode class_mode(const nb::object& value) {
  if (value.is_none()) return ClassMode::none;
  const auto name = nb::cast<std::string>(value);
  if (name == "categorical") return ClassMode::categorical;
  if (name == "binary") return ClassMode::binary;
  if (name == "sparse") return ClassMode::sparse;
  if (name == "input") return ClassMode::input;
  fail(ErrorKind::invalid_argument, "class_mode '{}' is unknown; use categorical, binary, sparse, input or None", name);
}

std::int64_t channels_of(const std::string& color_mode) {
  if (color_mode == "grayscale") return 1;
  if (color_mode == "rgb") return 3;
  if (color_mode == "rgba") return 4;
  fail(ErrorKind::invalid_argument, "color_mode '{}' is unknown; use grayscale, rgb or rgba", color_mode);
}

/// The paths that the specification's own function lists, and splits, for a class.
std::function<std::vector<std::string>(const std::string&)> class_lister(const nb::object& function) {
  if (function.is_none()) return nullptr;
  return [function](const std::string& label) {
    std::vector<std::string> paths;
    for (nb::handle path : nb::list(function(label))) {
      const bool several = nb::isinstance<nb::tuple>(path) || nb::isinstance<nb::list>(path);
      paths.push_back(nb::cast<std::string>(several ? nb::str("\n").attr("join")(path) : nb::borrow(path)));
    }
    return paths;
  };
}

ListingSettings listing_settings(const Settings& settings) {
  return {
      .directory = nb::cast<std::string>(settings["directory"]),
      .classes = nb::cast<std::vector<std::string>>(settings["classes"]),
      .split = pair_of(settings["split"]),
      .max_samples_per_class = settings.get<std::int64_t>("max_samples_per_class", -1),
      .follow_links = settings.get<bool>("follow_links", false),
      .shuffle_index_dir = settings.get<std::string>("shuffle_index_dir", ""),
      .seed = static_cast<std::uint64_t>(settings.get<std::int64_t>("seed", 0)),
      .list_class = class_lister(settings["list_class"]),
  };
}

/// A source that knows its files.
class DirectorySource : public BatchSource {
 public:
  DirectorySource(std::vector<ClassFile> files, std::vector<std::string> classes, std::unique_ptr<BatchSource> source)
      : files_(std::move(files)), classes_(std::move(classes)), source_(std::move(source)) {}

  ~DirectorySource() override {
    // Workers may wait for the interpreter's lock in a hook while they are joined.
    const nb::gil_scoped_release release;
    source_.reset();
  }
  DirectorySource(const DirectorySource&) = delete;
  DirectorySource& operator=(const DirectorySource&) = delete;

  std::int64_t batches() const override { return source_->batches(); }
  std::int64_t samples() const override { return source_->samples(); }
  void start_epoch(std::int64_t epoch) override { source_->start_epoch(epoch); }
  bool next(Batch& batch) override { return source_->next(batch); }

  nb::list filenames() const {
    nb::list names;
    for (const ClassFile& file : files_) names.append(name_or_none(file.path));
    return names;
  }
  std::vector<std::int64_t> class_ids() const {
    std::vector<std::int64_t> ids;
    for (const ClassFile& file : files_) ids.push_back(file.class_id);
    return ids;
  }
  nb::dict class_counts() const {
    nb::dict counts;
    for (std::size_t id = 0; id < classes_.size(); ++id) {
      counts[classes_[id].c_str()] = std::ranges::count(files_, static_cast<std::int64_t>(id),
                                                        [](const ClassFile& file) { return file.class_id; });
    }
    return counts;
  }

 private:
  std::vector<ClassFile> files_;
  std::vector<std::string> classes_;
  std::unique_ptr<BatchSource> source_;
};

std::optional<Tensor> optional_tensor(nb::handle array) {
  return array.is_none() ? std::nullopt : std::optional(to_tensor(array));
}

/// The rows of a table of files: (path, class id).
std::vector<ClassFile> table_rows(const nb::object& rows) {
  std::vector<ClassFile> files;
  for (nb::handle row : rows) files.push_back({nb::cast<std::string>(row[0]), nb::cast<std::int64_t>(row[1])});
  return files;
}

std::unique_ptr<DirectorySource> image_directory_source(nb::dict dict) {
  const Settings settings(std::move(dict));
  const ListingSettings listing = listing_settings(settings);
  ImageSettings image = image_settings(settings);
  image.classes = static_cast<std::int64_t>(listing.classes.size());
  image.class_mode = class_mode(settings["class_mode"]);
  image.channels = channels_of(settings.get<std::string>("color_mode", "rgb"));
  const auto interpolation = settings.get<std::string>("interpolation", "bilinear");
  image.interpolation = interpolation == "none" ? std::nullopt : std::optional(image::interpolation_of(interpolation));
  auto files = settings["rows"].is_none() ? list_class_directory(listing) : table_rows(settings["rows"]);
  const GivenLabels given = {.y = optional_tensor(settings["labels"]),
                             .sample_weight = optional_tensor(settings["sample_weight"])};
  std::vector<std::unique_ptr<BatchSource>> inputs;
  for (std::size_t input = 0; input < files_of_a_sample(files); ++input) {
    image.input = static_cast<std::int64_t>(input);
    if (input > 0 && image.class_mode != ClassMode::input) image.class_mode = ClassMode::none;
    inputs.push_back(
        make_image_source(listing.directory, files_of_input(files, input), image, input == 0 ? given : GivenLabels()));
  }
  return std::make_unique<DirectorySource>(std::move(files), listing.classes, make_joined_source(std::move(inputs)));
}

std::vector<float> floats_of(const Tensor& tensor) {
  const Tensor values = tensor.cast(DType::float32);
  return {values.as<float>().begin(), values.as<float>().end()};
}

SoundSettings sound_settings(const Settings& settings) {
  SoundSettings result;
  read_batch_settings(settings, result);
  read_normalization(settings, result);
  result.class_mode = class_mode(settings["class_mode"]);
  result.augment = settings.get<bool>("augment", true);
  result.noaug_hook = sample_hook(settings["noaug_preprocessing_function"]);
  result.preprocessing_hook = sample_hook(settings["preprocessing_function"]);
  result.postprocessing_hook = sample_hook(settings["postprocessing_function"]);
  if (!settings["frontend_settings"].is_none()) {
    result.frontend = to_feature_settings(settings["frontend_settings"]);
    result.frontend_dtype = dtype_of(settings.get<std::string>("frontend_dtype", "float32"));
  }

  audio::AugmentSettings& augment = result.augmentation;
  augment = sound_augmentation(settings);
  audio::NoiseTable noises;
  for (const auto& [name, samples] : settings.get<nb::dict>("bg_noises", {}))
    noises[nb::cast<std::string>(name)] = floats_of(to_tensor(samples));
  augment.bg_noises = std::make_shared<const audio::NoiseTable>(std::move(noises));
  return result;
}

std::unique_ptr<DirectorySource> sound_directory_source(nb::dict dict) {
  const Settings settings(std::move(dict));
  ListingSettings listing = listing_settings(settings);
  listing.kind = &kSoundFiles;
  listing.unknown_class_percentage = number(settings["unknown_class_percentage"]);
  listing.silence_class_percentage = number(settings["silence_class_percentage"]);
  SoundSettings sound = sound_settings(settings);
  sound.classes = static_cast<std::int64_t>(listing.classes.size());
  auto files = list_class_directory(listing);
  auto source = make_sound_source(listing.directory, files, std::move(sound));
  return std::make_unique<DirectorySource>(std::move(files), listing.classes, std::move(source));
}

}  // namespace

void bind_data_sources(nb::module_& module) {
  nb::class_<DirectorySource, BatchSource>(module, "DirectorySource")
      .def("filenames", &DirectorySource::filenames)
      .def("class_ids", &DirectorySource::class_ids)
      .def("class_counts", &DirectorySource::class_counts);
  module.def("ImageDirectorySource", &image_directory_source, "settings"_a);
  module.def("SoundDirectorySource", &sound_directory_source, "settings"_a);
  module.def(
      "ArraySource",
      [](nb::handle x, nb::handle y, nb::handle sample_weight, nb::dict settings) {
        return make_image_source(to_tensor(x), optional_tensor(y), optional_tensor(sample_weight),
                                 image_settings(Settings(std::move(settings))));
      },
      "x"_a, "y"_a.none(), "sample_weight"_a.none(), "settings"_a);
  module.def(
      "load_image",
      [](const std::string& path, const std::string& color_mode,
         std::optional<std::pair<std::int64_t, std::int64_t>> size) {
        Tensor picture = image::convert_channels(read_picture(path), channels_of(color_mode));
        if (size) picture = image::resize(picture, size->first, size->second, image::Interpolation::nearest);
        return to_numpy(picture);
      },
      "path"_a, "color_mode"_a, "size"_a.none());
  module.def(
      "random_transform",
      [](nb::dict settings, const std::vector<std::string>& noises, std::uint64_t seed) {
        audio::AugmentSettings augment = sound_augmentation(Settings(std::move(settings)));
        audio::NoiseTable names;
        for (const std::string& name : noises) names[name];
        augment.bg_noises = std::make_shared<const audio::NoiseTable>(std::move(names));
        return to_dict(audio::draw_transform(augment, seed, 0, 0));
      },
      "settings"_a, "noises"_a, "seed"_a);
  module.def(
      "apply_transform",
      [](nb::handle samples, std::int64_t rate_hz, nb::dict transform, nb::handle noise, nb::dict settings,
         std::uint64_t seed) {
        audio::AugmentSettings augment = sound_augmentation(Settings(std::move(settings)));
        const audio::Transform changes = transform_of(Settings(std::move(transform)));
        if (!noise.is_none()) {
          augment.bg_noises = std::make_shared<const audio::NoiseTable>(
              audio::NoiseTable{{changes.bg_noise, floats_of(to_tensor(noise))}});
        }
        audio::Clip clip{.samples = floats_of(to_tensor(samples)), .rate_hz = rate_hz};
        audio::apply_transform(clip, changes, augment, seed, 0, 0);
        return to_numpy(Tensor(Shape{std::ssize(clip.samples)}, std::span<const float>(clip.samples)));
      },
      "samples"_a, "rate_hz"_a, "transform"_a, "noise"_a.none(), "settings"_a, "seed"_a);
  module.def(
      "read_noises",
      [](const std::string& folder, std::int64_t rate_hz) {
        nb::dict noises;
        for (const auto& [name, samples] : read_noises(folder, rate_hz)) {
          noises[name.c_str()] = to_numpy(Tensor(Shape{std::ssize(samples)}, std::span<const float>(samples)));
        }
        return noises;
      },
      "folder"_a, "rate_hz"_a);
  module.def("read_image", [](const std::string& path, std::int64_t channels) {
    const Tensor picture = read_picture(path);
    return to_numpy(channels == 0 ? picture : image::convert_channels(picture, channels));
  });
  module.def("encode_jpeg", [](nb::handle picture) {
    constexpr int kQuality = 100;
    const auto bytes = encode_jpeg(to_tensor(picture), kQuality);
    return nb::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  module.def("encode_png", [](nb::handle picture) {
    const auto bytes = encode_png(to_tensor(picture));
    return nb::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
}

}  // namespace mltk::python
