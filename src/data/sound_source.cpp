#include "data/sound_source.h"

#include <algorithm>
#include <mutex>

#include "audio/resample.h"
#include "data/sample_cache.h"

namespace mltk {
namespace {

using audio::Clip;

/// Feature generators, each of which serves one thread at a time.
class GeneratorPool {
 public:
  explicit GeneratorPool(const audio::FeatureSettings& settings) : settings_(settings) { give(take()); }

  Tensor features_of(const Clip& clip, DType dtype) {
    auto generator = take();
    Tensor features = mltk::features_of(clip, *generator, dtype);
    give(std::move(generator));
    return features;
  }

 private:
  audio::FeatureSettings settings_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<audio::FeatureGenerator>> free_;

  std::unique_ptr<audio::FeatureGenerator> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto generator = std::move(free_.back());
        free_.pop_back();
        return generator;
      }
    }
    return std::make_unique<audio::FeatureGenerator>(settings_);
  }
  void give(std::unique_ptr<audio::FeatureGenerator> generator) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(generator));
  }
};

class SoundMaker : public SampleMaker {
 public:
  SoundMaker(std::filesystem::path directory, std::vector<ClassFile> files, SoundSettings settings)
      : directory_(std::move(directory)),
        files_(std::move(files)),
        settings_(std::move(settings)),
        cache_(files_.size()) {
    if (settings_.frontend) generators_ = std::make_unique<GeneratorPool>(*settings_.frontend);
  }

  std::int64_t samples() const override { return std::ssize(files_); }
  std::int64_t class_id(std::int64_t sample) const override { return file(sample).class_id; }
  std::string name(std::int64_t sample) const override { return file(sample).path; }

  Tensor make(std::int64_t sample, std::int64_t epoch, const SampleInfo& info) override {
    Clip clip = read(sample);
    call(settings_.noaug_hook, clip, info);
    augment(clip, sample, epoch, info);
    call(settings_.preprocessing_hook, clip, info);
    Tensor result = generators_ ? generators_->features_of(clip, settings_.frontend_dtype) : to_tensor(clip);
    if (settings_.postprocessing_hook) result = settings_.postprocessing_hook(result, info);
    if (generators_) {
      result = result.cast(DType::float32);
      standardize(result.as<float>(), settings_);
    }
    if (result.elements() != settings_.sample_shape.elements()) {
      fail(ErrorKind::invalid_data, "{}: the sample is {}, but the network's input is {}", describe(info.filename),
           to_string(result.shape()), to_string(settings_.sample_shape));
    }
    return result.reshaped(settings_.sample_shape).cast(settings_.dtype);
  }

 private:
  static constexpr std::int64_t kSilentRate = 16000;
  static constexpr std::size_t kSilentSamples = 16000;

  std::filesystem::path directory_;
  std::vector<ClassFile> files_;
  SoundSettings settings_;
  SampleCache<Clip> cache_;
  std::unique_ptr<GeneratorPool> generators_;  // none without features

  Clip read(std::int64_t sample) {
    const std::string& path = file(sample).path;
    if (path.empty()) return {.samples = std::vector<float>(kSilentSamples), .rate_hz = kSilentRate};
    return cache_.get(
        static_cast<std::size_t>(sample), [&] { return audio::read_sound_file(directory_ / path); },
        [](const Clip& clip) { return clip.samples.size() * sizeof(float); });
  }

  const ClassFile& file(std::int64_t sample) const { return files_[static_cast<std::size_t>(sample)]; }
  static std::string describe(const std::string& path) { return path.empty() ? "a sample of silence" : path; }
  static Tensor to_tensor(const Clip& clip) {
    return Tensor(Shape{std::ssize(clip.samples)}, std::span<const float>(clip.samples));
  }

  static void call(const SampleHook& hook, Clip& clip, const SampleInfo& info) {
    if (!hook) return;
    const Tensor result = hook(to_tensor(clip), info).cast(DType::float32);
    if (result.shape().rank() != 1) {
      fail(ErrorKind::invalid_data, "{}: the specification's function returned an array {}, expected (samples,)",
           describe(info.filename), to_string(result.shape()));
    }
    clip.samples.assign(result.as<float>().begin(), result.as<float>().end());
  }

  void augment(Clip& clip, std::int64_t sample, std::int64_t epoch, const SampleInfo& info) const {
    try {
      audio::Transform transform;
      if (settings_.augment) transform = audio::draw_transform(settings_.augmentation, settings_.seed, epoch, sample);
      audio::apply_transform(clip, transform, settings_.augmentation, settings_.seed, epoch, sample);
    } catch (Error& error) {
      error.add_note("sound " + describe(info.filename));
      throw;
    }
  }
};

}  // namespace

Tensor features_of(const audio::Clip& clip, audio::FeatureGenerator& generator, DType dtype) {
  std::vector<std::int16_t> samples(clip.samples.size());
  std::ranges::transform(clip.samples, samples.begin(), [](float value) {
    return static_cast<std::int16_t>(std::clamp(value * 32768.0F, -32768.0F, 32767.0F));
  });
  return generator.process(samples, dtype);
}

std::unique_ptr<BatchSource> make_sound_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               SoundSettings settings) {
  auto maker = std::make_unique<SoundMaker>(std::move(directory), std::move(files), settings);
  return make_parallel_source(std::move(maker), std::move(settings));
}

audio::NoiseTable read_noises(const std::filesystem::path& folder, std::int64_t rate_hz) {
  audio::NoiseTable noises;
  for (const std::string& path : files_of_kind(folder, kSoundFiles)) {
    const Clip clip = audio::read_sound_file(folder / path);
    noises[std::filesystem::path(path).stem().string()] =
        audio::resample(clip.samples, static_cast<double>(clip.rate_hz), static_cast<double>(rate_hz));
  }
  if (noises.empty())
    fail(ErrorKind::invalid_data, "{}: the folder of background noises has no sounds", folder.string());
  return noises;
}

}  // namespace mltk
