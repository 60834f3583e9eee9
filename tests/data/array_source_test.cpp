#include "data/array_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <set>

#include "base/error.h"

namespace mltk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Rows (i, 10 i).
Tensor rows(std::int64_t count) {
  Tensor tensor(DType::float32, {count, 2});
  for (std::int64_t i = 0; i < 2 * count; ++i) {
    tensor.as<float>()[static_cast<std::size_t>(i)] = static_cast<float>(i % 2 == 0 ? i / 2 : i / 2 * 10);
  }
  return tensor;
}

Tensor labels(std::int64_t count) {
  Tensor tensor(DType::int32, {count});
  std::iota(tensor.as<std::int32_t>().begin(), tensor.as<std::int32_t>().end(), 0);
  return tensor;
}

/// The samples of an epoch; checks that rows, labels and weights belong together.
std::vector<int> samples_of(ArraySource& source, std::int64_t epoch) {
  source.start_epoch(epoch);
  std::vector<int> samples;
  Batch batch;
  while (source.next(batch)) {
    EXPECT_EQ(batch.x[0].shape(), (Shape{batch.size, 2}));
    for (std::size_t i = 0; i < static_cast<std::size_t>(batch.size); ++i) {
      const int sample = batch.y[0].as<std::int32_t>()[i];
      EXPECT_EQ(batch.x[0].as<float>()[2 * i], static_cast<float>(sample));
      EXPECT_EQ(batch.x[0].as<float>()[2 * i + 1], static_cast<float>(10 * sample));
      EXPECT_EQ(batch.sample_weight->as<float>()[i], static_cast<float>(sample));
      samples.push_back(sample);
    }
  }
  EXPECT_FALSE(source.next(batch));
  return samples;
}

ArraySource make_source(std::int64_t count, std::int64_t batch_size, bool shuffle, std::uint64_t seed = 1) {
  return {{rows(count)}, {labels(count)}, labels(count).cast(DType::float32), batch_size, shuffle, seed};
}

TEST(ArraySource, KeepsTheOrderWithoutShuffle) {
  ArraySource source = make_source(7, 3, false);
  EXPECT_EQ(source.batches(), 3);
  EXPECT_EQ(source.samples(), 7);
  EXPECT_THAT(samples_of(source, 0), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(samples_of(source, 1), ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(ArraySource, LastBatchIsSmaller) {
  ArraySource source = make_source(7, 3, false);
  std::vector<std::int64_t> sizes;
  Batch batch;
  while (source.next(batch)) sizes.push_back(batch.size);
  EXPECT_THAT(sizes, ElementsAre(3, 3, 1));
}

TEST(ArraySource, ShufflesEachEpochInAnOrderOfItsOwn) {
  ArraySource source = make_source(50, 8, true);
  const auto first = samples_of(source, 0);
  const auto second = samples_of(source, 1);
  EXPECT_THAT(first, testing::UnorderedElementsAreArray(second));
  EXPECT_EQ(std::set<int>(first.begin(), first.end()).size(), 50U);
  EXPECT_NE(first, second);
  EXPECT_EQ(samples_of(source, 0), first);
  ArraySource other = make_source(50, 8, true, 2);
  EXPECT_NE(samples_of(other, 0), first);
}

TEST(ArraySource, StartsInTheMiddleOfAnEpochAnew) {
  ArraySource source = make_source(10, 4, true);
  const auto expected = samples_of(source, 3);
  Batch batch;
  source.start_epoch(2);
  source.next(batch);
  EXPECT_EQ(samples_of(source, 3), expected);
}

TEST(ArraySource, RejectsArraysThatDoNotFit) {
  EXPECT_THAT([] { ArraySource({}, {}, std::nullopt, 1, false, 0); }, ThrowsMessage<Error>(HasSubstr("no input")));
  EXPECT_THAT([] { ArraySource({rows(3)}, {labels(4)}, std::nullopt, 1, false, 0); },
              ThrowsMessage<Error>(HasSubstr("(4,), but the first input has 3 samples")));
  EXPECT_THAT([] { ArraySource({rows(3)}, {}, labels(2), 1, false, 0); },
              ThrowsMessage<Error>(HasSubstr("sample_weight")));
  EXPECT_THAT([] { ArraySource({rows(3)}, {}, std::nullopt, 0, false, 0); },
              ThrowsMessage<Error>(HasSubstr("batch_size is 0")));
}

TEST(ShuffledOrder, IsAPermutationWithoutAFavouredPlace) {
  // Where sample 0 of 4 goes in 4000 epochs: each place a quarter.
  std::array<int, 4> places{};
  for (std::int64_t epoch = 0; epoch < 4000; ++epoch) {
    const auto order = shuffled_order(4, 9, epoch);
    ASSERT_THAT(order, testing::UnorderedElementsAre(0, 1, 2, 3));
    ++places[static_cast<std::size_t>(std::ranges::find(order, 0) - order.begin())];
  }
  EXPECT_THAT(places, testing::Each(testing::AllOf(testing::Gt(850), testing::Lt(1150))));
}

}  // namespace
}  // namespace mltk
