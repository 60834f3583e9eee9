#include <gtest/gtest.h>

#include <set>

#include "tflite/op_def.h"

namespace mltk::tflite {
namespace {

TEST(OpTable, HasEachOperatorOnce) {
  std::set<std::pair<BuiltinOperator, std::string_view>> codes;
  for (const OpDef* def : op_table()) {
    EXPECT_TRUE(codes.insert({def->code, def->custom_code}).second) << to_string(def->code) << " " << def->custom_code;
  }
}

TEST(OpTable, FindsWhatItHas) {
  ASSERT_NE(find_op(BuiltinOperator::conv_2d), nullptr);
  EXPECT_EQ(find_op(BuiltinOperator::conv_2d)->code, BuiltinOperator::conv_2d);
  EXPECT_EQ(find_op(BuiltinOperator::lsh_projection), nullptr);
}

}  // namespace
}  // namespace mltk::tflite
