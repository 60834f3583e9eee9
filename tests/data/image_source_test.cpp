#include "data/image_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "data/format.h"
#include "tensor/npy.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int kSamples = 23;

/// 23 pictures of two classes; the grey value of a picture is its number.
class ImageSource : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  std::vector<ClassFile> files_;

  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (int i = 0; i < kSamples; ++i) {
      files_.push_back({fmt::format("{}.png", i), i % 2});
      Tensor picture(DType::uint8, {4, 4, 1});
      std::ranges::fill(picture.as<std::uint8_t>(), static_cast<std::uint8_t>(i));
      // Not write_png, which waits for the disk.
      const auto bytes = encode_png(picture);
      std::ofstream(folder_ / files_.back().path)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
  }
  static ImageSettings settings(int workers = 2) {
    ImageSettings settings;
    settings.sample_shape = {4, 4, 1};
    settings.channels = 1;
    settings.classes = 2;
    settings.batch_size = 5;
    settings.workers = workers;
    return settings;
  }
  /// All batches of an epoch.
  std::vector<Batch> batches(const ImageSettings& settings, std::int64_t epoch = 0) const {
    const auto source = make_image_source(folder_, files_, settings);
    source->start_epoch(epoch);
    std::vector<Batch> result;
    Batch batch;
    while (source->next(batch)) result.push_back(batch);
    return result;
  }
};

TEST_F(ImageSource, GivesEverySampleOnceWithItsLabel) {
  const auto all = batches(settings());
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all.back().size, 3);
  std::set<int> seen;
  for (const Batch& batch : all) {
    for (std::int64_t i = 0; i < batch.size; ++i) {
      const int number = static_cast<int>(batch.x[0].as<float>()[static_cast<std::size_t>(i) * 16]);
      seen.insert(number);
      EXPECT_EQ(batch.y[0].as<float>()[static_cast<std::size_t>(2 * i + number % 2)], 1) << number;
    }
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kSamples));
}

TEST_F(ImageSource, DoesNotDependOnTheNumberOfWorkers) {
  ImageSettings augmented = settings(1);
  augmented.augmentation.rotation_range = 30;
  augmented.augmentation.noise = {"gauss"};
  const auto expected = batches(augmented, 2);
  for (const int workers : {2, 5}) {
    augmented.workers = workers;
    const auto actual = batches(augmented, 2);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      EXPECT_EQ(actual[i].x, expected[i].x);
      EXPECT_EQ(actual[i].y, expected[i].y);
    }
  }
}

TEST_F(ImageSource, ShufflesEachEpochInAnotherOrder) {
  EXPECT_EQ(batches(settings(), 1)[0].x, batches(settings(), 1)[0].x);
  EXPECT_NE(batches(settings(), 1)[0].x, batches(settings(), 2)[0].x);
}

TEST_F(ImageSource, FilesThatAreNoPicturesAreAnErrorBeforeTheFirstEpoch) {
  write_file(folder_ / "17.png", "not a picture");
  write_file(folder_ / "20.png", "");
  EXPECT_THAT([&] { make_image_source(folder_, files_, settings()); },
              ThrowsMessage<Error>(HasSubstr("no pictures, repair or remove them: 17.png, 20.png")));
}

TEST_F(ImageSource, ATruncatedPictureIsAnErrorThatNamesItAndEndsTheEpoch) {
  const auto bytes = read_file(folder_ / "17.png");
  write_file(folder_ / "17.png", std::span(bytes).first(40));
  const auto source = make_image_source(folder_, files_, settings());
  Batch batch;
  const auto read_all = [&] {
    while (source->next(batch)) {
    }
  };
  EXPECT_THAT(read_all,
              ThrowsMessage<Error>(testing::AllOf(HasSubstr("17.png"), HasSubstr("truncated after 40 bytes"))));
  EXPECT_FALSE(source->next(batch));
}

TEST_F(ImageSource, AMissingFileIsAnErrorThatNamesIt) {
  fs::remove(folder_ / "17.png");
  EXPECT_THAT([&] { batches(settings()); }, ThrowsMessage<Error>(HasSubstr("17.png")));
}

TEST_F(ImageSource, ARaisingHookIsAnErrorOfNext) {
  ImageSettings hooked = settings();
  hooked.noaug_hook = [](const Tensor& picture, const SampleInfo& info) {
    if (info.filename.find("9.png") != std::string::npos) fail(ErrorKind::invalid_data, "the hook failed");
    return picture;
  };
  EXPECT_THAT([&] { batches(hooked); }, ThrowsMessage<Error>(HasSubstr("the hook failed")));
}

TEST_F(ImageSource, APictureOfAnotherShapeIsAnErrorThatNamesIt) {
  // As many elements, but 2 x 8 in place of 4 x 4.
  write_png(folder_ / "3.png", Tensor(DType::uint8, {2, 8, 1}));
  ImageSettings unresized = settings();
  unresized.interpolation = std::nullopt;
  EXPECT_THAT([&] { batches(unresized); },
              ThrowsMessage<Error>(testing::AllOf(HasSubstr("3.png"), HasSubstr("(2, 8, 1)"), HasSubstr("(4, 4, 1)"))));
}

TEST(ImageSourceOfArrays, ChecksShapes) {
  const Tensor pictures(DType::uint8, {3, 4, 4, 1});
  EXPECT_THAT([&] { make_image_source(pictures.reshaped({3, 16}), std::nullopt, std::nullopt, {}); },
              ThrowsMessage<Error>(HasSubstr("(3, 16)")));
  EXPECT_THAT([&] { make_image_source(pictures, Tensor(DType::float32, {2, 5}), std::nullopt, {}); },
              ThrowsMessage<Error>(testing::AllOf(HasSubstr("(2, 5)"), HasSubstr("3 pictures"))));
}

TEST_F(ImageSource, MayBeLeftInTheMiddle) {
  for (int i = 0; i < 20; ++i) {
    const auto source = make_image_source(folder_, files_, settings(3));
    source->start_epoch(0);
    Batch batch;
    EXPECT_TRUE(source->next(batch));
    source->start_epoch(1);
    EXPECT_TRUE(source->next(batch));
  }
}

TEST_F(ImageSource, RescalesAndCentresEachSample) {
  ImageSettings scaled = settings();
  scaled.shuffle = false;
  scaled.rescale = 0.5;
  EXPECT_EQ(batches(scaled)[0].x[0].as<float>()[16], 0.5F);
  scaled.samplewise_center = true;
  EXPECT_EQ(batches(scaled)[0].x[0].as<float>()[16], 0);
}

TEST_F(ImageSource, NormalizesEachSampleAndEachChannel) {
  files_ = {{"a.npy", 0}};
  write_npy(folder_ / "a.npy", Tensor(Shape{1, 2, 2}, {1.F, 10.F, 3.F, 30.F}));
  ImageSettings normalized = settings();
  normalized.sample_shape = {1, 2, 2};
  normalized.samplewise_center = normalized.samplewise_std_normalization = true;
  // Mean 11, variance 131.5.
  const float deviation = std::sqrt(131.5F);
  EXPECT_THAT(
      batches(normalized)[0].x[0].as<float>(),
      testing::Pointwise(testing::FloatNear(1e-5F), {-10 / deviation, -1 / deviation, -8 / deviation, 19 / deviation}));
  normalized.samplewise_center = normalized.samplewise_std_normalization = false;
  normalized.featurewise_mean = {2, 20};
  normalized.featurewise_std = {1, 10};
  EXPECT_THAT(batches(normalized)[0].x[0].as<float>(),
              testing::Pointwise(testing::FloatNear(1e-5F), {-1.F, -1.F, 1.F, 1.F}));
}

TEST_F(ImageSource, SaysNoMoreUntilTheNextEpochStarts) {
  const auto source = make_image_source(folder_, files_, settings());
  EXPECT_EQ(source->samples(), kSamples);
  EXPECT_EQ(source->batches(), 5);
  Batch batch;
  int count = 0;
  while (source->next(batch)) ++count;  // the first epoch starts by itself
  EXPECT_EQ(count, 5);
  EXPECT_FALSE(source->next(batch));
  source->start_epoch(1);
  EXPECT_TRUE(source->next(batch));
}

TEST_F(ImageSource, GoesOnAfterAnError) {
  const std::vector<std::uint8_t> good = read_file(folder_ / "17.png");
  write_file(folder_ / "17.png", std::span(good).first(good.size() / 2));
  const auto source = make_image_source(folder_, files_, settings(3));
  const auto count = [&] {
    source->start_epoch(0);
    Batch batch;
    int batches = 0;
    while (source->next(batch)) ++batches;
    return batches;
  };
  EXPECT_THAT(count, ThrowsMessage<Error>(HasSubstr("17.png")));
  EXPECT_THAT(count, ThrowsMessage<Error>(HasSubstr("17.png")));
  write_file(folder_ / "17.png", good);
  EXPECT_EQ(count(), 5);
}

TEST_F(ImageSource, KeepsTheListedOrderWithoutShuffle) {
  ImageSettings listed = settings(3);
  listed.shuffle = false;
  int expected = 0;
  for (const Batch& batch : batches(listed, 4)) {
    for (std::int64_t i = 0; i < batch.size; ++i) {
      EXPECT_EQ(batch.x[0].as<float>()[static_cast<std::size_t>(i) * 16], static_cast<float>(expected++));
    }
  }
}

TEST_F(ImageSource, AllSamplesAreOneBatchWhenTheSizeIsNotPositive) {
  ImageSettings whole = settings();
  whole.batch_size = -1;
  const auto all = batches(whole);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].size, kSamples);
}

TEST_F(ImageSource, LabelsFollowTheClassMode) {
  ImageSettings mode = settings();
  mode.shuffle = false;
  mode.class_mode = ClassMode::sparse;
  EXPECT_THAT(batches(mode)[0].y[0].as<float>(), testing::ElementsAre(0, 1, 0, 1, 0));
  mode.class_mode = ClassMode::input;
  EXPECT_EQ(batches(mode)[0].y, batches(mode)[0].x);
  mode.class_mode = ClassMode::none;
  EXPECT_TRUE(batches(mode)[0].y.empty());
}

TEST_F(ImageSource, GivesTheTypeThatIsAskedFor) {
  ImageSettings bytes = settings();
  bytes.shuffle = false;
  bytes.dtype = DType::uint8;
  const Batch batch = batches(bytes)[1];
  EXPECT_EQ(batch.x[0].as<std::uint8_t>()[0], 5);
  EXPECT_EQ(batch.y[0].dtype(), DType::uint8);
}

TEST_F(ImageSource, ConvertsAndResizesPictures) {
  ImageSettings colour = settings();
  colour.shuffle = false;
  colour.sample_shape = {2, 6, 3};
  colour.channels = 3;
  const Batch batch = batches(colour)[0];
  EXPECT_EQ(batch.x[0].shape(), (Shape{5, 2, 6, 3}));
  EXPECT_THAT(batch.x[0].rows(4, 1).as<float>(), testing::Each(4));
}

TEST_F(ImageSource, APictureOfAnotherSizeThanTheNetworksIsAnErrorThatNamesIt) {
  ImageSettings unresized = settings();
  unresized.interpolation = std::nullopt;
  unresized.sample_shape = {5, 5, 1};
  EXPECT_THAT([&] { batches(unresized); },
              ThrowsMessage<Error>(testing::AllOf(HasSubstr(".png"), HasSubstr("(4, 4, 1)"), HasSubstr("(5, 5, 1)"))));
}

TEST_F(ImageSource, ArraysOfAFileNeedNoChannel) {
  Tensor array(DType::float32, {4, 4, 1});
  for (std::size_t i = 0; i < 16; ++i) array.as<float>()[i] = static_cast<float>(i * i);
  write_npy(folder_ / "with.npy", array);
  write_npy(folder_ / "without.npy", array.reshaped({4, 4}));
  const auto batch_of = [&](const std::string& file, const ImageSettings& settings) {
    files_ = {{file, 0}};
    return batches(settings)[0].x[0];
  };
  EXPECT_EQ(batch_of("without.npy", settings()), array.reshaped({1, 4, 4, 1}));
  ImageSettings contrast = settings();
  contrast.augmentation.contrast_range = {2, 2};
  EXPECT_EQ(batch_of("without.npy", contrast), batch_of("with.npy", contrast));
}

TEST_F(ImageSource, AugmentsUnlessSwitchedOff) {
  ImageSettings augmented = settings();
  augmented.augmentation.noise = {"gauss"};
  const auto plain = batches(settings(), 1);
  EXPECT_NE(batches(augmented, 1)[0].x, plain[0].x);
  augmented.augment = false;
  EXPECT_EQ(batches(augmented, 1)[0].x, plain[0].x);
}

TEST_F(ImageSource, HooksChangePicturesAndKnowTheBatch) {
  ImageSettings hooked = settings();
  hooked.shuffle = false;
  hooked.noaug_hook = [](const Tensor& picture, const SampleInfo& info) {
    EXPECT_EQ(info.batch_filenames->at(static_cast<std::size_t>(info.batch_index)), info.filename);
    EXPECT_EQ(info.batch_class_ids->at(static_cast<std::size_t>(info.batch_index)), info.class_id);
    return Tensor(picture.dtype(), picture.shape());
  };
  hooked.preprocessing_hook = [](const Tensor& picture, const SampleInfo& info) {
    Tensor result = picture;
    for (float& value : result.as<float>()) value += static_cast<float>(100 + info.class_id);
    return result;
  };
  const Batch batch = batches(hooked)[0];
  EXPECT_THAT(batch.x[0].rows(0, 1).as<float>(), testing::Each(100));
  EXPECT_THAT(batch.x[0].rows(1, 1).as<float>(), testing::Each(101));
}

TEST_F(ImageSource, SavesWhatTheNetworkSees) {
  ImageSettings saving = settings();
  saving.save_to_dir = (folder_ / "saved").string();
  saving.save_prefix = "seen";
  batches(saving, 2);
  EXPECT_EQ(read_picture(folder_ / "saved" / "seen_17.png_2_17.png").shape(), (Shape{4, 4, 1}));
}

TEST(ArrayImageSource, KeepsPicturesLabelsAndWeightsTogether) {
  Tensor pictures(DType::uint8, {7, 2, 2, 1});
  for (std::size_t i = 0; i < 28; ++i) pictures.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(i / 4);
  const Tensor labels(Shape{7}, {0, 1, 2, 3, 4, 5, 6});
  ImageSettings settings;
  settings.batch_size = 3;
  settings.workers = 2;
  const auto source = make_image_source(pictures, labels, labels.cast(DType::float32), settings);
  source->start_epoch(0);
  std::set<int> seen;
  Batch batch;
  while (source->next(batch)) {
    EXPECT_EQ(batch.x[0].shape(), (Shape{batch.size, 2, 2, 1}));
    for (std::size_t i = 0; i < static_cast<std::size_t>(batch.size); ++i) {
      const int label = batch.y[0].as<int>()[i];
      EXPECT_EQ(batch.x[0].as<float>()[4 * i + 3], static_cast<float>(label));
      EXPECT_EQ(batch.sample_weight->as<float>()[i], static_cast<float>(label));
      seen.insert(label);
    }
  }
  EXPECT_EQ(seen.size(), 7U);
}

}  // namespace
}  // namespace mltk
