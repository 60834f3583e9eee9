#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mltk {
namespace {

TEST(Error, KeepsItsMessageWhenNotesAreAdded) {
  Error error(ErrorKind::invalid_data, "a.png: truncated");
  error.add_note("while reading class 'cat'");
  EXPECT_EQ(error.message(), "a.png: truncated");
  EXPECT_STREQ(error.what(), "a.png: truncated\n  while reading class 'cat'");
}

TEST(Error, AssertionNamesConditionAndPlace) {
  try {
    MLTK_ASSERT(1 == 2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    EXPECT_THAT(error.what(), testing::HasSubstr("error_test.cpp"));
    EXPECT_THAT(error.what(), testing::HasSubstr("1 == 2"));
  }
}

}  // namespace
}  // namespace mltk
