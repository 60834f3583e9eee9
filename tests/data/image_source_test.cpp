#include "data/image_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "base/file.h"
#include "data/format.h"

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
    for (int i = 0; i < kSamples; ++i) {
      files_.push_back({fmt::format("{}.png", i), i % 2});
      fs::create_directories(folder_);
      Tensor picture(DType::uint8, {4, 4, 1});
      std::ranges::fill(picture.as<std::uint8_t>(), static_cast<std::uint8_t>(i));
      write_png(folder_ / files_.back().path, picture);
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

TEST_F(ImageSource, AnUnreadablePictureIsAnErrorThatNamesIt) {
  write_file(folder_ / "17.png", "not a picture");
  EXPECT_THAT([&] { batches(settings()); }, ThrowsMessage<Error>(HasSubstr("17.png")));
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

TEST(Formats, PngComesBackExactly) {
  for (const std::int64_t channels : {1, 3, 4}) {
    Tensor picture(DType::uint8, {3, 5, channels});
    for (std::size_t i = 0; i < picture.as<std::uint8_t>().size(); ++i) {
      picture.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(37 * i);
    }
    const auto path = fs::path(testing::TempDir()) / "picture.png";
    write_png(path, picture);
    EXPECT_EQ(read_picture(path), picture);
    // Cut anywhere, it is an error and no crash.
    const auto bytes = read_file(path);
    for (std::size_t size = 0; size + 12 < bytes.size(); size += 3) {
      write_file(path, std::span(bytes).first(size));
      EXPECT_THAT([&] { read_picture(path); }, ThrowsMessage<Error>(HasSubstr("picture.png"))) << size;
    }
  }
}

}  // namespace
}  // namespace mltk
