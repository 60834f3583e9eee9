#include "target/budget.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tflite/models.h"

namespace mltk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// 2 cycles for each multiply-accumulate of a convolution at 1 kHz.
Target small_target() {
  return {.name = "Small",
          .core = "Cortex-M4",
          .clock_hz = 1000,
          .ram_bytes = 4096,
          .flash_bytes = 4096,
          .fits = {{.library = "Kernels", .cycles_per_mac = {{"conv_2d", 2.0}}, .error_percent = 10}}};
}

TEST(Budget, ComparesWithTheTarget) {
  const ProfileReport report = profile(test::conv_model(), "conv", 1000);
  const Budget budget = budget_of(report, small_target());
  EXPECT_TRUE(budget.fits());
  EXPECT_EQ(budget.ram_used, report.arena_32->minimum);
  EXPECT_EQ(budget.flash_used, 1000);
  ASSERT_EQ(budget.latencies.size(), 1U);
  EXPECT_DOUBLE_EQ(budget.latencies[0].seconds, 2.0 * 32 / 1000);
  EXPECT_THAT(budget.latencies[0].layer_seconds, ElementsAre(2.0 * 32 / 1000));
  EXPECT_THAT(budget.latencies[0].not_timed, IsEmpty());
  EXPECT_NO_THROW(require_fit(report, budget));
  const std::string text = to_text(report, budget);
  EXPECT_THAT(text, HasSubstr("Latency: 64 ms +-10 % with Kernels\n"));
  EXPECT_THAT(text, HasSubstr("Flash: 1000 of 4096 bytes (24 %)"));
  const auto json = to_json(budget);
  EXPECT_EQ(json.at("fits"), true);
  EXPECT_EQ(json.at("ram_bytes"), 4096);
  EXPECT_EQ(json.at("latencies").at(0).at("seconds"), 0.064);
}

TEST(Budget, NamesTheLayerAtThePeakOfMemory) {
  const ProfileReport report = profile(test::conv_model(), "conv", 1000);
  Target target = small_target();
  target.ram_bytes = report.arena_32->minimum - 1;
  const Budget budget = budget_of(report, target);
  try {
    require_fit(report, budget);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unsupported);
    EXPECT_THAT(error.message(), HasSubstr("conv cannot run on Small"));
    EXPECT_THAT(error.message(), HasSubstr(fmt::format("needs {} bytes of RAM", report.arena_32->minimum)));
    EXPECT_THAT(error.message(), HasSubstr("op0-conv_2d, where 'input' (9 bytes), 'output' (8 bytes)"));
    EXPECT_THAT(error.message(), HasSubstr("targets with enough: NUCLEO-L4R5ZI"));
  }
}

TEST(Budget, NamesTheLayerWithMostConstants) {
  const ProfileReport report = profile(test::conv_model(), "conv", 4097);
  const Budget budget = budget_of(report, small_target());
  ASSERT_EQ(budget.problems.size(), 1U);
  EXPECT_THAT(budget.problems[0], HasSubstr("needs 4097 bytes of flash, Small has 4096"));
  EXPECT_THAT(budget.problems[0], HasSubstr("op0-conv_2d with 16 bytes of constants"));
}

TEST(Budget, SaysWhenNoTargetIsLargeEnough) {
  const Budget budget = budget_of(profile(test::conv_model(), "conv", std::int64_t{1} << 40), small_target());
  ASSERT_EQ(budget.problems.size(), 1U);
  EXPECT_THAT(budget.problems[0], HasSubstr("no target of the list has that much"));
}

TEST(Budget, NamesOperatorsThatTheDeviceLacks) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].operators[0].code = tflite::BuiltinOperator::lsh_projection;
  model.subgraphs[0].operators[0].options.reset();
  const Budget budget = budget_of(profile(model, "conv", 1000), small_target());
  EXPECT_FALSE(budget.ram_used.has_value());
  ASSERT_EQ(budget.problems.size(), 1U);
  EXPECT_THAT(budget.problems[0], HasSubstr("op0-lsh_projection cannot run"));
}

TEST(Budget, LeavesLayersThatWereNotMeasuredOutOfTheLatency) {
  const ProfileReport report = profile(test::conv_model(), "conv", 1000);
  Target target = small_target();
  target.fits[0].cycles_per_mac.clear();
  const Budget budget = budget_of(report, target);
  EXPECT_THAT(budget.latencies[0].not_timed, ElementsAre("op0-conv_2d"));
  EXPECT_EQ(budget.latencies[0].seconds, 0);
  EXPECT_THAT(to_text(report, budget), HasSubstr("without op0-conv_2d (not measured)"));
}

TEST(Budget, HasNoLatencyWithoutResults) {
  const ProfileReport report = profile(test::conv_model(), "conv", 1000);
  Target target = small_target();
  target.fits.clear();
  target.no_latency = "no results";
  const Budget budget = budget_of(report, target);
  EXPECT_THAT(budget.latencies, IsEmpty());
  EXPECT_THAT(to_text(report, budget), HasSubstr("Latency: unknown, no results\n"));
  EXPECT_EQ(to_json(budget).at("no_latency"), "no results");
}

}  // namespace
}  // namespace mltk
