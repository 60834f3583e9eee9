#include "base/zip.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"

namespace mltk {
namespace {

std::filesystem::path folder() {
  const auto path = std::filesystem::path(testing::TempDir()) / "mltk_zip";
  std::filesystem::create_directories(path);
  return path;
}

TEST(Zip, KeepsItsMembers) {
  const std::vector<ZipMember> members = {{"a.json", {'{', '}'}}, {"folder/b.bin", {0, 255, 7}}, {"empty", {}}};
  const auto path = folder() / "members.zip";
  write_file(path, make_zip(members));
  const ZipReader archive(path);
  EXPECT_EQ(archive.names(), (std::vector<std::string>{"a.json", "folder/b.bin", "empty"}));
  for (const ZipMember& member : members) EXPECT_EQ(archive.read(member.name), member.bytes) << member.name;
  EXPECT_FALSE(archive.has("b.bin"));
  EXPECT_THROW(archive.read("b.bin"), Error);
}

TEST(Zip, HasTheSameBytesEachTime) {
  const std::vector<ZipMember> members = {{"a", {1, 2, 3}}};
  EXPECT_EQ(make_zip(members), make_zip(members));
}

TEST(Zip, NamesADamagedMember) {
  const auto path = folder() / "damaged.zip";
  std::vector<std::uint8_t> bytes = make_zip(std::vector<ZipMember>{{"member", {1, 2, 3, 4, 5, 6, 7, 8}}});
  const std::vector<std::uint8_t> content = {1, 2, 3, 4, 5, 6, 7, 8};
  *std::search(bytes.begin(), bytes.end(), content.begin(), content.end()) = 9;
  write_file(path, bytes);
  try {
    ZipReader(path).read("member");
    FAIL() << "a damaged member was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_model);
    EXPECT_NE(std::string(error.what()).find("member"), std::string::npos);
  }
}

TEST(Zip, RejectsWhatIsNoArchive) {
  const auto path = folder() / "text.zip";
  write_file(path, std::string_view("text"));
  EXPECT_THROW(ZipReader{path}, Error);
  EXPECT_THROW(ZipReader{folder() / "absent.zip"}, Error);
}

}  // namespace
}  // namespace mltk
