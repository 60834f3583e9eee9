#include "tflite/model.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mltk::tflite {
namespace {

TEST(Model, TwoInt4ShareAByte) {
  EXPECT_EQ(byte_size(TensorType::int4, 5), 3);
  EXPECT_EQ(byte_size(TensorType::int16, 5), 10);
}

TEST(Model, StringsHaveNoSize) { EXPECT_THROW(byte_size(TensorType::string, 1), Error); }

TEST(Model, NamesOperatorsAndOptionsAsTheSchema) {
  EXPECT_EQ(to_string(BuiltinOperator::conv_2d), "CONV_2D");
  EXPECT_EQ(to_string(BuiltinOperator::right_shift), "RIGHT_SHIFT");
  EXPECT_EQ(to_string(static_cast<BuiltinOperator>(900)), "OPERATOR_900");
  EXPECT_EQ(options_type_name(0), "NONE");
  EXPECT_EQ(options_type_name(71), "UnidirectionalSequenceLSTMOptions");
  EXPECT_EQ(options_type_name(101), "BatchMatMulOptions");
}

TEST(Model, ElementsOfAScalarAreOne) { EXPECT_EQ(elements(Tensor{}), 1); }

}  // namespace
}  // namespace mltk::tflite
