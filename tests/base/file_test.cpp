#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
};

TEST_F(FileTest, WritesMissingFoldersAndReadsBack) {
  write_file(folder_ / "a" / "b.txt", "hello");
  EXPECT_EQ(read_text_file(folder_ / "a" / "b.txt"), "hello");
}

TEST_F(FileTest, LeavesNothingBesideTheFile) {
  write_file(folder_ / "x", "1");
  write_file(folder_ / "x", "2");
  EXPECT_EQ(read_text_file(folder_ / "x"), "2");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, KeepsTheEarlierFileWhenTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  fs::create_directories(folder_);
  write_file(folder_ / "x", "old");
  // The temporary file's name is fixed by process, so a link sends the writes to a full device.
  fs::create_symlink("/dev/full", temporary_beside(folder_ / "x"));
  EXPECT_THROW(write_file(folder_ / "x", "new"), Error);
  EXPECT_EQ(read_text_file(folder_ / "x"), "old");
}

TEST_F(FileTest, NamesTheMissingFile) {
  try {
    read_file(folder_ / "absent.bin");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::io);
    EXPECT_THAT(error.what(), testing::HasSubstr("absent.bin: cannot open: No such file"));
  }
}

TEST(CloseMatches, PutsTheNearestFirst) {
  const std::vector<std::string> names = {"epochs", "optimizer", "epoch_size", "loss"};
  EXPECT_EQ(close_matches("epoch", names).front(), "epochs");
  EXPECT_TRUE(close_matches("zzz", names).empty());
}

}  // namespace
}  // namespace mltk
