#include "report/tensorboard.h"

#include <gmock/gmock.h>

#include <cstring>
#include <protozero/pbf_reader.hpp>

#include "base/error.h"
#include "base/file.h"
#include "report/pixels.h"

namespace mltk {
namespace {

using testing::ElementsAre;

struct Record {
  std::uint32_t length_crc = 0;
  std::string event;
};

template <class T>
T take(std::string_view& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

std::vector<Record> records_in(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) text += read_text_file(entry.path());
  std::string_view bytes = text;
  std::vector<Record> records;
  while (!bytes.empty()) {
    const auto size = take<std::uint64_t>(bytes);
    Record& record = records.emplace_back();
    record.length_crc = take<std::uint32_t>(bytes);
    record.event = bytes.substr(0, size);
    bytes.remove_prefix(size);
    take<std::uint32_t>(bytes);
  }
  return records;
}

TEST(EventWriter, NamesTheFileAsTensorBoardExpects) {
  const ScratchFolder folder;
  EventWriter(folder.path() / "train").flush();
  const auto entry = *std::filesystem::directory_iterator(folder.path() / "train");
  EXPECT_THAT(entry.path().filename().string(), testing::MatchesRegex("events\\.out\\.tfevents\\.[0-9]+\\..*"));
}

TEST(EventWriter, StartsWithTheVersionOfTheFormat) {
  const ScratchFolder folder;
  EventWriter(folder.path()).flush();
  const std::vector<Record> records = records_in(folder.path());
  ASSERT_EQ(records.size(), 1U);
  protozero::pbf_reader event(records[0].event);
  ASSERT_TRUE(event.next(3));
  EXPECT_EQ(event.get_string(), "brain.Event:2");
}

TEST(EventWriter, WritesScalarsOfSteps) {
  const ScratchFolder folder;
  EventWriter writer(folder.path());
  writer.scalar("epoch_loss", 7, 0.25);
  writer.flush();
  const Record record = records_in(folder.path()).at(1);
  protozero::pbf_reader event(record.event);
  ASSERT_TRUE(event.next(2));
  EXPECT_EQ(event.get_int64(), 7);
  ASSERT_TRUE(event.next(5));
  protozero::pbf_reader summary = event.get_message();
  ASSERT_TRUE(summary.next(1));
  protozero::pbf_reader value = summary.get_message();
  ASSERT_TRUE(value.next(1));
  EXPECT_EQ(value.get_string(), "epoch_loss");
  ASSERT_TRUE(value.next(2));
  EXPECT_EQ(value.get_float(), 0.25F);
}

// A known record: the masked CRC-32C of the length 24 that real event files start with.
TEST(EventWriter, MasksChecksumsAsTfRecordDoes) {
  const ScratchFolder folder;
  EventWriter(folder.path()).flush();
  const Record record = records_in(folder.path()).at(0);
  ASSERT_EQ(record.event.size(), 24U);
  EXPECT_EQ(record.length_crc, 0x224B7FA3U);
}

TEST(EventWriter, AppendsToTheOpenFile) {
  const ScratchFolder folder;
  EventWriter writer(folder.path());
  writer.scalar("a", 0, 1);
  writer.flush();
  const auto before = read_file(std::filesystem::directory_iterator(folder.path())->path());
  writer.scalar("a", 1, 2);
  writer.flush();
  const auto after = read_file(std::filesystem::directory_iterator(folder.path())->path());
  ASSERT_GT(after.size(), before.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

TEST(EventWriter, TellsWhereItCannotWrite) {
  const ScratchFolder folder;
  write_file(folder.path() / "file", std::string_view("x"));
  EXPECT_THROW(EventWriter(folder.path() / "file" / "train"), Error);
}

}  // namespace
}  // namespace mltk
