#include "data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/error.h"
#include "base/file.h"

namespace mltk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::int64_t> numbers(const DatasetPtr& dataset, std::uint64_t pass = 0) {
  std::vector<std::int64_t> result;
  const auto iterator = dataset->iterate(pass);
  while (const auto element = iterator->next()) result.push_back(element->numbers.as<std::int64_t>()[0]);
  return result;
}

DatasetPtr up_to(std::int64_t count) { return datasets::range(0, count, 1, DType::int64); }

Element example() {
  return Element::tuple({Element::of(Tensor(Shape{2}, {1.5F, 2.5F})),
                         {.kind = Element::Kind::dictionary,
                          .keys = {"path"},
                          .items = {Element::of(std::vector<std::string>{"a", ""}, Shape{2})}}});
}

TEST(Dataset, AheadOfTheConsumerChangesNothing) {
  const auto shuffled = datasets::shuffle(up_to(100), 100, 7, true);
  for (const std::int64_t ahead : {1, 3, 200})
    EXPECT_EQ(numbers(datasets::prefetch(shuffled, ahead)), numbers(shuffled));
}

TEST(Dataset, AnErrorOfAThreadArrivesInOrderAndEndsThePass) {
  const auto dataset = datasets::prefetch(datasets::map(up_to(5),
                                                        [](Element element) {
                                                          if (element.numbers.as<std::int64_t>()[0] == 2)
                                                            fail(ErrorKind::invalid_data, "not this one");
                                                          return element;
                                                        }),
                                          4);
  const auto iterator = dataset->iterate(0);
  EXPECT_TRUE(iterator->next());
  EXPECT_TRUE(iterator->next());
  EXPECT_THAT([&] { iterator->next(); }, ThrowsMessage<Error>(HasSubstr("not this one")));
  EXPECT_FALSE(iterator->next());
}

TEST(Dataset, AThreadStopsWithItsPass) {
  std::atomic<int> made = 0;
  const auto endless = datasets::map(datasets::range(0, std::nullopt, 1, DType::int64), [&](Element element) {
    ++made;
    return element;
  });
  datasets::prefetch(endless, 3)->iterate(0)->next();
  const int after = made;
  EXPECT_LE(after, 5);
  EXPECT_EQ(made, after);
}

TEST(Dataset, RepetitionsAreShuffledAnewAndPassesAreReproducible) {
  const auto repeated = datasets::repeat(datasets::shuffle(up_to(20), 20, 1, true), 2);
  const auto first = numbers(repeated);
  EXPECT_EQ(numbers(repeated), first);
  EXPECT_NE(numbers(repeated, 1), first);
  EXPECT_NE(std::vector(first.begin(), first.begin() + 20), std::vector(first.begin() + 20, first.end()));
}

TEST(Dataset, PaddingFillsWithZerosAtTheEndOfEachAxis) {
  const std::vector<Element> parts = {Element::of(Tensor(Shape{1, 2}, {1.0F, 2.0F})),
                                      Element::of(Tensor(Shape{2, 1}, {3.0F, 4.0F}))};
  const Element stacked = stack_padded(parts);
  EXPECT_EQ(stacked.numbers, Tensor(Shape{2, 2, 2}, {1.0F, 2.0F, 0.0F, 0.0F, 3.0F, 0.0F, 4.0F, 0.0F}));
}

TEST(Dataset, RowsOfAStackAreItsElements) {
  const std::vector<Element> parts = {example(), example()};
  const Element stacked = stack(parts);
  EXPECT_EQ(to_string(stacked), "(float32 (2, 2), {path: string (2, 2)})");
  EXPECT_EQ(rows_of(stacked), 2);
  EXPECT_EQ(row_of(stacked, 1), example());
}

TEST(Dataset, BytesOfAnElementCutAnywhereAreAnError) {
  const auto bytes = serialize(example());
  EXPECT_EQ(deserialize(bytes), example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(deserialize(std::span(bytes).first(size)), Error) << size;
  }
}

TEST(Dataset, ACacheFileThatIsCutOffSaysSo) {
  const auto path = std::filesystem::path(testing::TempDir()) / "dataset_cache";
  std::filesystem::remove(path);
  const auto cached = datasets::cache(up_to(3), path);
  EXPECT_THAT(numbers(cached), ElementsAre(0, 1, 2));
  EXPECT_THAT(numbers(datasets::cache(up_to(1), path)), ElementsAre(0, 1, 2));
  auto bytes = read_file(path);
  bytes.resize(bytes.size() - 20);
  write_file(path, bytes);
  EXPECT_THAT([&] { numbers(cached); }, ThrowsMessage<Error>(HasSubstr("cut off; remove it")));
}

TEST(Dataset, BatchesAreXYAndWeights) {
  const auto column = Element::of(Tensor(Shape{2, 1}, {1.0F, 2.0F}));
  const auto weights = Element::of(Tensor(Shape{2}, {std::int32_t{3}, std::int32_t{4}}));
  const auto source = make_dataset_source(
      datasets::from_tensors(Element::tuple({Element::tuple({column, column}), column, weights})), false);
  Batch batch;
  ASSERT_TRUE(source->next(batch));
  EXPECT_EQ(batch.size, 2);
  EXPECT_EQ(batch.x.size(), 2U);
  EXPECT_EQ(batch.y.size(), 1U);
  EXPECT_EQ(*batch.sample_weight, Tensor(Shape{2}, {3.0F, 4.0F}));
  EXPECT_FALSE(source->next(batch));
}

}  // namespace
}  // namespace mltk
