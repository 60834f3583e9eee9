#include "data/sound_source.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "audio/resample.h"
#include "base/thread_pool.h"
#include "data/sample_cache.h"

namespace mltk {
namespace {

using audio::Clip;

class SoundMaker : public SampleMaker {
 public:
  SoundMaker(std::filesystem::path directory, std::vector<ClassFile> files, SoundSettings settings)
      : directory_(std::move(directory)),
        files_(std::move(files)),
        settings_(std::move(settings)),
        cache_(files_.size()) {}

  std::int64_t samples() const override { return std::ssize(files_); }
  std::int64_t class_id(std::int64_t sample) const override { return file(sample).class_id; }
  std::string name(std::int64_t sample) const override { return file(sample).path; }

  Tensor make(std::int64_t sample, std::int64_t epoch, const SampleInfo& info) override {
    Clip clip = read(sample);
    call(settings_.noaug_hook, clip, info);
    augment(clip, sample, epoch, info);
    call(settings_.preprocessing_hook, clip, info);
    Tensor result = to_tensor(clip);
    if (settings_.postprocessing_hook) result = settings_.postprocessing_hook(result, info);
    if (result.elements() != settings_.sample_shape.elements()) {
      fail(ErrorKind::invalid_data, "{}: the sample is {}, but the network's input is {}", describe(info.filename),
           to_string(result.shape()), to_string(settings_.sample_shape));
    }
    return result.reshaped(settings_.sample_shape).cast(settings_.dtype);
  }

  Clip read(std::int64_t sample) {
    const std::string& path = file(sample).path;
    if (path.empty()) return {.samples = std::vector<float>(kSilentSamples), .rate_hz = kSilentRate};
    return cache_.get(
        static_cast<std::size_t>(sample), [&] { return audio::read_sound_file(directory_ / path); },
        [](const Clip& clip) { return clip.samples.size() * sizeof(float); });
  }

 private:
  static constexpr std::int64_t kSilentRate = 16000;
  static constexpr std::size_t kSilentSamples = 16000;

  std::filesystem::path directory_;
  std::vector<ClassFile> files_;
  SoundSettings settings_;
  SampleCache<Clip> cache_;

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

void look_at(const Clip& clip, const std::string& path, std::int64_t rate_hz, SoundFaults& faults) {
  constexpr float kOneStep = 1.0F / 32768;
  constexpr float kFullScale = 1 - kOneStep;
  constexpr std::size_t kMostClippedPart = 100;
  const auto loudness = [](float value) { return std::abs(value); };
  if (loudness(std::ranges::max(clip.samples, {}, loudness)) <= kOneStep) faults.silent.push_back(path);
  const auto at_full_scale =
      std::ranges::count_if(clip.samples, [&](float value) { return loudness(value) >= kFullScale; });
  if (static_cast<std::size_t>(at_full_scale) * kMostClippedPart > clip.samples.size()) faults.clipped.push_back(path);
  if (clip.rate_hz != rate_hz) faults.other_rate.push_back(path);
}

/// Read all files. Faults are in the order of the files.
SoundFaults inspect(SoundMaker& maker, const std::filesystem::path& directory, const SoundSettings& settings) {
  const auto count = static_cast<int>(maker.samples());
  std::vector<SoundFaults> of_sample(static_cast<std::size_t>(count));
  std::vector<std::string> unreadable(static_cast<std::size_t>(count));
  ThreadPool(std::max(settings.workers, 1)).run(count, [&](int sample) {
    const std::string path = maker.name(sample);
    if (path.empty()) return;
    const auto at = static_cast<std::size_t>(sample);
    try {
      look_at(maker.read(sample), path, settings.augmentation.rate_hz, of_sample[at]);
    } catch (const Error& error) {
      unreadable[at] = error.message();
    }
  });
  std::erase(unreadable, "");
  if (!unreadable.empty()) {
    constexpr std::size_t kMost = 5;
    const std::size_t more = unreadable.size() > kMost ? unreadable.size() - kMost : 0;
    unreadable.resize(unreadable.size() - more);
    fail(ErrorKind::invalid_data, "{}: repair or remove these files:\n  {}{}", directory.string(),
         fmt::join(unreadable, "\n  "), more > 0 ? fmt::format("\n  and {} more", more) : "");
  }
  SoundFaults faults;
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  for (const SoundFaults& found : of_sample) {
    append(faults.silent, found.silent);
    append(faults.clipped, found.clipped);
    append(faults.other_rate, found.other_rate);
  }
  return faults;
}

}  // namespace

std::unique_ptr<BatchSource> make_sound_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               SoundSettings settings, SoundFaults& faults) {
  auto maker = std::make_unique<SoundMaker>(directory, std::move(files), settings);
  faults = inspect(*maker, directory, settings);
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
