#include "micro/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>

#include "micro/sigmoid_table.h"

namespace mltk::micro {
namespace {

TEST(FixedPoint, DividesRoundingHalfAwayFromZero) {
  EXPECT_EQ(divide_by_power_of_two(5, 1), 3);
  EXPECT_EQ(divide_by_power_of_two(-5, 1), -3);
  EXPECT_EQ(divide_by_power_of_two(4, 3), 1);
  EXPECT_EQ(divide_by_power_of_two(3, 3), 0);
  EXPECT_EQ(divide_by_power_of_two(-3, 0), -3);
}

TEST(FixedPoint, DoublingHighMulSaturates) {
  EXPECT_EQ(doubling_high_mul(INT32_MIN, INT32_MIN), INT32_MAX);
  EXPECT_EQ(doubling_high_mul(1 << 30, 1 << 30), 1 << 29);
}

TEST(FixedPoint, MultipliesByARealNumber) {
  EXPECT_EQ(multiply(std::int32_t{1000}, {1 << 30, 0}), 500);   // 0.5
  EXPECT_EQ(multiply(std::int32_t{1000}, {1 << 30, 2}), 2000);  // 2
  EXPECT_EQ(multiply(std::int32_t{-3}, {1 << 30, 0}), -1);      // -1.5, half up
  EXPECT_EQ(multiply(std::int64_t{1000}, {1 << 30, 2}), 2000);
}

TEST(FixedPoint, ExponentialIsAccurate) {
  for (double x = -15.5; x < 0; x += 0.37) {
    const auto fixed = static_cast<std::int32_t>(std::round(x * (1 << 26)));
    EXPECT_NEAR(exp_on_negative(fixed, 5) / 2147483648.0, std::exp(x), 1e-6) << x;
  }
  EXPECT_EQ(exp_on_negative(0, 5), INT32_MAX);
}

TEST(FixedPoint, LogisticAndTanhAreAccurate) {
  for (double x = -7.5; x < 7.5; x += 0.21) {
    const auto fixed = static_cast<std::int32_t>(std::round(x * (1 << 27)));
    EXPECT_NEAR(logistic_fixed(fixed, 4) / 2147483648.0, 1 / (1 + std::exp(-x)), 1e-6) << x;
    EXPECT_NEAR(tanh_fixed(fixed, 4) / 2147483648.0, std::tanh(x), 1e-6) << x;
  }
}

TEST(FixedPoint, TablesInterpolate) {
  for (int code = -32768; code < 32768; code += 97) {
    const double x = code / 4096.0;
    EXPECT_NEAR(logistic_16(3 * code) / 32768.0, 1 / (1 + std::exp(-x)), 2e-4) << x;
    EXPECT_NEAR(tanh_16(table_scale(-12)(code)) / 32768.0, std::tanh(x), 4e-4) << x;
  }
}

}  // namespace
}  // namespace mltk::micro
