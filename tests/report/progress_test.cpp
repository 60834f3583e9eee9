#include "report/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <regex>
#include <thread>

namespace mltk {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// What two epochs of a training print.
void train(std::FILE* stream) {
  Progress progress(stream, 2);
  for (int epoch = 0; epoch < 2; ++epoch) {
    progress.begin_epoch(epoch, 4);
    std::this_thread::sleep_for(std::chrono::milliseconds(110));
    progress.step(2, {{"loss", 0.7}}, 6000);
    progress.end_epoch({{"loss", 0.5}, {"val_loss", 0.25}, {"int8_accuracy", 0.75}, {"lr", 0.001}}, 12000);
  }
}

std::string printed_to_file() {
  std::FILE* stream = std::tmpfile();
  train(stream);
  std::string text(static_cast<std::size_t>(std::ftell(stream)), '\0');
  std::rewind(stream);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), stream), text.size());
  std::fclose(stream);
  return text;
}

std::string printed_to_terminal(unsigned short columns) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  EXPECT_EQ(::grantpt(terminal) + ::unlockpt(terminal), 0);
  std::FILE* stream = std::fopen(::ptsname(terminal), "w");
  const winsize size{.ws_row = 24, .ws_col = columns};
  ::ioctl(::fileno(stream), TIOCSWINSZ, &size);
  train(stream);
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(::read(terminal, text.data(), text.size())));
  std::fclose(stream);
  ::close(terminal);
  return text;
}

TEST(Progress, PrintsPlainLinesIntoFiles) {
  const std::string text = printed_to_file();
  const std::regex line(
      "epoch=1/2 loss=0.5 val_loss=0.25 int8_accuracy=0.75 lr=0.001 samples_per_s=\\d+ seconds=0.\\d{3}\n"
      "epoch=2/2 .*\n");
  EXPECT_TRUE(std::regex_match(text, line)) << text;
}

TEST(Progress, DrawsABarOnTerminals) {
  const std::string text = printed_to_terminal(200);
  EXPECT_THAT(text, StartsWith("\rEpoch 1/2  [========        ]  loss 0.7000  "));
  EXPECT_THAT(text,
              HasSubstr("\rEpoch 1/2  [================]  loss 0.5000  val_loss 0.2500  int8 0.7500  lr 0.001  "));
  EXPECT_TRUE(std::regex_search(text, std::regex("\\d+,\\d{3} samples/s  0.\\d\\d s  left 0.\\d\\d s"))) << text;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Progress, NeverWrapsTheUnfinishedLine) {
  const std::string text = printed_to_terminal(40);
  std::size_t begin = text.find('\r') + 1;
  EXPECT_LT(text.find('\r', begin) - begin, 40U) << text;
}

TEST(Progress, LeavesTheBarOutOfNarrowTerminals) {
  EXPECT_THAT(printed_to_terminal(80), HasSubstr("\rEpoch 1/2  loss 0.5000"));
}

}  // namespace
}  // namespace mltk
