#include "tensor/shape.h"

#include <gtest/gtest.h>

namespace mltk {
namespace {

TEST(Shape, PrintsAsKerasDoes) {
  EXPECT_EQ(to_string(Shape{kBatch, 8, 8, 1}), "(None, 8, 8, 1)");
  EXPECT_EQ(to_string(Shape{3}), "(3,)");
  EXPECT_EQ(to_string(Shape{}), "()");
}

TEST(Shape, CountsTheElementsOfOneSample) {
  EXPECT_EQ((Shape{kBatch, 8, 4}).elements(), 32);
  EXPECT_EQ(Shape{}.elements(), 1);
  EXPECT_EQ((Shape{kBatch, 8}).with_batch(5), (Shape{5, 8}));
  EXPECT_EQ((Shape{kBatch, 8, 4}).without_front(), (Shape{8, 4}));
}

}  // namespace
}  // namespace mltk
