#include "report/tensorboard.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "base/error.h"

namespace mltk {
namespace {

// Field numbers of tensorflow/core/util/event.proto and summary.proto.
constexpr protozero::pbf_tag_type kWallTime = 1;
constexpr protozero::pbf_tag_type kStep = 2;
constexpr protozero::pbf_tag_type kFileVersion = 3;
constexpr protozero::pbf_tag_type kSummary = 5;
constexpr protozero::pbf_tag_type kValue = 1;
constexpr protozero::pbf_tag_type kTag = 1;
constexpr protozero::pbf_tag_type kSimpleValue = 2;

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// CRC-32C (Castagnoli), as TFRecord masks it.
std::uint32_t masked_crc(std::string_view bytes) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
      table[i] = crc;
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  crc = ~crc;
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

template <class T>
std::string little_endian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  return bytes;
}

}  // namespace

EventWriter::EventWriter(const std::filesystem::path& folder)
    : path_(folder / fmt::format("events.out.tfevents.{:.0f}.mltk.{}.v2", now(), ::getpid())) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  file_.reset(std::fopen(path_.c_str(), "ab"));
  if (!file_) fail(ErrorKind::io, "{}: cannot be written: {}", path_.string(), std::strerror(errno));
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, now());
  writer.add_string(kFileVersion, "brain.Event:2");
  write_record(event);
}

void EventWriter::write_record(const std::string& event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  const std::string record = length + little_endian(masked_crc(length)) + event + little_endian(masked_crc(event));
  std::fwrite(record.data(), 1, record.size(), file_.get());
}

void EventWriter::scalar(std::string_view tag, std::int64_t step, double value) {
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, now());
  writer.add_int64(kStep, step);
  {
    protozero::pbf_writer summary(writer, kSummary);
    protozero::pbf_writer entry(summary, kValue);
    entry.add_string(kTag, tag.data(), tag.size());
    entry.add_float(kSimpleValue, static_cast<float>(value));
  }
  write_record(event);
}

void EventWriter::flush() {
  if (std::fflush(file_.get()) != 0 || std::ferror(file_.get()) != 0) {
    fail(ErrorKind::io, "{}: cannot be written: {}", path_.string(), std::strerror(errno));
  }
}

}  // namespace mltk
