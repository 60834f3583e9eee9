#include "tensor/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mltk {
namespace {

using testing::ElementsAre;

TEST(Tensor, StartsWithZeros) {
  const Tensor tensor(DType::float32, {2, 2});
  EXPECT_THAT(tensor.as<float>(), ElementsAre(0, 0, 0, 0));
}

TEST(Tensor, CopiesAreIndependent) {
  Tensor a({2}, {1.0F, 2.0F});
  Tensor b = a;
  b.as<float>()[0] = 9;
  EXPECT_THAT(a.as<float>(), ElementsAre(1, 2));
}

TEST(Tensor, CastTruncatesAsCDoes) {
  const Tensor tensor({3}, {1.9F, -1.9F, 100.0F});
  EXPECT_THAT(tensor.cast(DType::int8).as<std::int8_t>(), ElementsAre(1, -1, 100));
}

TEST(Tensor, TakesRows) {
  const Tensor tensor({3, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(tensor.rows(1, 2).as<std::int32_t>(), ElementsAre(3, 4, 5, 6));
}

TEST(DType, ListsTheNamesItKnows) {
  EXPECT_EQ(dtype_of("int8"), DType::int8);
  EXPECT_THROW(dtype_of("int9"), Error);
}

}  // namespace
}  // namespace mltk
