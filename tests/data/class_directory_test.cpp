#include "data/class_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A data set with 7 cats and 4 dogs (the files are empty: a listing does not read them).
class ClassDirectory : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();

  void SetUp() override {
    fs::remove_all(folder_);
    for (int i = 0; i < 7; ++i) write_file(folder_ / "cat" / fmt::format("{}.png", i), "");
    for (int i = 0; i < 4; ++i) write_file(folder_ / "dog" / "more" / fmt::format("{}.JPG", i), "");
    write_file(folder_ / "dog" / "notes.txt", "");
  }
  std::vector<std::string> list(ListingSettings settings = {}) const {
    settings.directory = folder_;
    if (settings.classes.empty()) settings.classes = {"cat", "dog"};
    std::vector<std::string> paths;
    for (const ClassFile& file : list_class_directory(settings)) {
      paths.push_back(fmt::format("{} {}", file.class_id, file.path));
    }
    return paths;
  }
};

TEST_F(ClassDirectory, ListsClassAfterClassByName) {
  const auto paths = list();
  ASSERT_EQ(paths.size(), 11U);
  EXPECT_EQ(paths[0], "0 cat/0.png");
  EXPECT_EQ(paths[6], "0 cat/6.png");
  EXPECT_EQ(paths[7], "1 dog/more/0.JPG");
}

TEST_F(ClassDirectory, ValidationIsTheFirstShareOfEachClassRoundedUp) {
  // ceil(0.2 * 7) = 2 cats, ceil(0.2 * 4) = 1 dog.
  EXPECT_THAT(list({.split = {{0, 0.2}}}), testing::ElementsAre("0 cat/0.png", "0 cat/1.png", "1 dog/more/0.JPG"));
  EXPECT_EQ(list({.split = {{0.2, 1}}}).size(), 8U);
}

TEST_F(ClassDirectory, LimitsSamplesOfAClass) {
  EXPECT_THAT(list({.max_samples_per_class = 2}),
              testing::ElementsAre("0 cat/0.png", "0 cat/1.png", "1 dog/more/0.JPG", "1 dog/more/1.JPG"));
}

TEST_F(ClassDirectory, ClassIdsFollowTheListOfClasses) {
  const auto paths = list({.classes = {"dog", "cat"}});
  EXPECT_EQ(paths.front(), "0 dog/more/0.JPG");
  EXPECT_EQ(paths.back(), "1 cat/6.png");
  EXPECT_EQ(list({.classes = {"dog"}}).size(), 4U);
}

TEST_F(ClassDirectory, LimitsSamplesOfAClassAfterTheSplit) {
  EXPECT_THAT(list({.split = {{0.2, 1}}, .max_samples_per_class = 1}),
              testing::ElementsAre("0 cat/2.png", "1 dog/more/1.JPG"));
}

TEST_F(ClassDirectory, TrainingAndValidationShareNothingInAKeptOrder) {
  ListingSettings settings{.shuffle_index_dir = (folder_ / "index").string()};
  settings.split = {0, 0.4};
  auto both = list(settings);
  settings.split = {0.4, 1};
  const auto training = list(settings);
  both.insert(both.end(), training.begin(), training.end());
  EXPECT_THAT(both, testing::UnorderedElementsAreArray(list()));
}

TEST_F(ClassDirectory, NewFilesDoNotChangeTheKeptOrderOfTheOthers) {
  const ListingSettings settings{.classes = {"cat"}, .shuffle_index_dir = (folder_ / "index").string()};
  const auto first = list(settings);
  write_file(folder_ / "cat" / "00.png", "");
  auto second = list(settings);
  EXPECT_EQ(second.back(), "0 cat/00.png");
  second.pop_back();
  EXPECT_EQ(second, first);
}

TEST_F(ClassDirectory, FollowsLinksWhenAsked) {
  fs::create_directory_symlink(folder_ / "dog" / "more", folder_ / "cat" / "linked");
  EXPECT_EQ(list({.classes = {"cat"}}).size(), 7U);
  EXPECT_EQ(list({.classes = {"cat"}, .follow_links = true}).size(), 11U);
}

TEST_F(ClassDirectory, AFileInPlaceOfTheFolderIsAnError) {
  EXPECT_THAT([&] { list_class_directory({.directory = folder_ / "dog" / "notes.txt", .classes = {"cat"}}); },
              ThrowsMessage<Error>(HasSubstr("notes.txt is a file")));
}

TEST_F(ClassDirectory, KeepsAShuffledOrderAndFindsNewFiles) {
  const ListingSettings settings{.shuffle_index_dir = (folder_ / "index").string(), .seed = 3};
  const auto first = list(settings);
  EXPECT_NE(first, list());
  EXPECT_THAT(first, testing::UnorderedElementsAreArray(list()));
  EXPECT_EQ(list(settings), first);
  EXPECT_TRUE(fs::exists(folder_ / "index" / ".index" / "cat.txt"));
  write_file(folder_ / "cat" / "new.png", "");
  fs::remove(folder_ / "cat" / "3.png");
  const auto second = list(settings);
  EXPECT_THAT(second, testing::Contains("0 cat/new.png"));
  EXPECT_THAT(second, testing::Not(testing::Contains("0 cat/3.png")));
}

TEST_F(ClassDirectory, FollowsLinksWhenAskedAndNamesFilesByTheirPlaceInTheFolder) {
  const fs::path elsewhere = fs::path(testing::TempDir()) / "ClassDirectoryElsewhere";
  fs::remove_all(elsewhere);
  write_file(elsewhere / "linked.png", "");
  fs::create_directory_symlink(elsewhere, folder_ / "cat" / "link");
  fs::create_symlink(elsewhere / "linked.png", folder_ / "cat" / "one.png");
  EXPECT_THAT(list(), testing::AllOf(testing::SizeIs(12), testing::Contains("0 cat/one.png")));
  EXPECT_THAT(list({.follow_links = true}),
              testing::AllOf(testing::SizeIs(13), testing::Contains("0 cat/link/linked.png")));
}

TEST_F(ClassDirectory, ALinkBackToItsFolderIsNotFollowed) {
  fs::create_directory_symlink(folder_ / "cat", folder_ / "cat" / "again");
  fs::create_directory_symlink(folder_, folder_ / "cat" / "all");
  EXPECT_EQ(list({.follow_links = true}).size(), 11U);
}

TEST_F(ClassDirectory, AFolderWithASlashAtItsEndIsTheSame) {
  EXPECT_EQ(list_class_directory({.directory = folder_ / "", .classes = {"cat"}})[0].path, "cat/0.png");
}

TEST_F(ClassDirectory, ASplitThatLeavesAClassNothingIsAnError) {
  for (int i = 1; i < 4; ++i) fs::remove(folder_ / "dog" / "more" / fmt::format("{}.JPG", i));
  EXPECT_THAT([&] { list({.split = {{0.2, 1}}}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("class 'dog' has 1 picture"), HasSubstr("validation_split"))));
}

TEST_F(ClassDirectory, TellsWhatIsThereInstead) {
  EXPECT_THAT([&] { list({.classes = {"cat", "bird"}}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("class 'bird' has no folder"), HasSubstr("cat (7 pictures)"),
                                         HasSubstr("dog (4 pictures)"))));
  fs::remove_all(folder_ / "dog" / "more");
  EXPECT_THAT([&] { list(); }, ThrowsMessage<Error>(AllOf(HasSubstr("class 'dog' has no pictures"),
                                                          HasSubstr("notes.txt"), HasSubstr("dog (0 pictures)"))));
  EXPECT_THAT([&] { list_class_directory({.directory = folder_ / "absent" / "data", .classes = {"cat"}}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("does not exist"), HasSubstr(folder_.string()))));
}

TEST(SplitRange, CoversEverySampleOnce) {
  for (std::size_t count = 0; count < 20; ++count) {
    const auto [first, last] = split_range(count, std::pair(0.0, 0.3));
    const auto [next, end] = split_range(count, std::pair(0.3, 1.0));
    EXPECT_EQ(first, 0U);
    EXPECT_EQ(last, next);
    EXPECT_EQ(end, count);
  }
}

TEST_F(ClassDirectory, UnknownIsMadeOfTheOtherFoldersAsManyOfEach) {
  for (int i = 0; i < 5; ++i) {
    write_file(folder_ / "bird" / fmt::format("{}.png", i), "");
    write_file(folder_ / "fish" / fmt::format("{}.png", i), "");
    write_file(folder_ / "_noise_" / fmt::format("{}.png", i), "");
  }
  ListingSettings settings{.classes = {"cat", "dog", "_unknown_"}, .unknown_class_percentage = 0.8};
  // The mean of 7 cats and 4 dogs is 5; 80 % of it are 4: two of each folder.
  const auto paths = list(settings);
  ASSERT_EQ(paths.size(), 15U);
  const std::vector<std::string> unknown(paths.begin() + 11, paths.end());
  const auto of = [&](std::string_view folder) {
    return std::ranges::count_if(unknown, [&](const auto& path) { return path.starts_with(folder); });
  };
  EXPECT_EQ(of("2 bird/"), 2);
  EXPECT_EQ(of("2 fish/"), 2);
  EXPECT_EQ(list(settings), paths);
  settings.seed = 1;
  EXPECT_NE(list(settings), paths);
}

TEST_F(ClassDirectory, AFolderThatTheSplitLeavesNothingIsNoPartOfUnknown) {
  write_file(folder_ / "bird" / "0.png", "");
  for (int i = 0; i < 5; ++i) write_file(folder_ / "fish" / fmt::format("{}.png", i), "");
  const auto paths = list({.classes = {"cat", "_unknown_"}, .split = {{0.2, 1}}, .unknown_class_percentage = 0.4});
  // 5 of 7 cats are left, 40 % of them are 2; validation has the only bird.
  ASSERT_EQ(paths.size(), 7U);
  EXPECT_THAT(paths[5], HasSubstr("1 dog/"));
  EXPECT_THAT(paths[6], HasSubstr("1 fish/"));
}

TEST_F(ClassDirectory, UnknownNeedsOtherFolders) {
  EXPECT_THAT([&] { list({.classes = {"cat", "dog", "_unknown_"}, .unknown_class_percentage = 1}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("_unknown_"), HasSubstr("that are no classes"))));
}

TEST_F(ClassDirectory, SilenceHasNoFiles) {
  const auto paths = list({.classes = {"_silence_", "cat", "dog"}, .silence_class_percentage = 0.4});
  EXPECT_EQ(paths.size(), 13U);
  EXPECT_EQ(paths[0], "0 ");
  EXPECT_EQ(paths[1], "0 ");
  EXPECT_EQ(paths[2], "1 cat/0.png");
}

TEST_F(ClassDirectory, TheSpecificationsFunctionListsAndSplits) {
  ListingSettings settings{.split = {{0, 0.1}}};
  settings.list_class = [](const std::string& label) { return std::vector<std::string>{label + "/a", label + "/b"}; };
  EXPECT_THAT(list(settings), testing::ElementsAre("0 cat/a", "0 cat/b", "1 dog/a", "1 dog/b"));
  settings.list_class = [](const std::string&) { return std::vector<std::string>(); };
  EXPECT_THAT([&] { list(settings); }, ThrowsMessage<Error>(HasSubstr("lists no files")));
}

}  // namespace
}  // namespace mltk
