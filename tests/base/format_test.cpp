#include "base/format.h"

#include <gtest/gtest.h>

namespace mltk {
namespace {

TEST(FormatUnits, MatchesMltk) {
  EXPECT_EQ(format_units(71408), "71.408 k");
  EXPECT_EQ(format_units(12345, 1, false), "12.3k");
  EXPECT_EQ(format_units(1161216, 1, false), "1.2M");
  EXPECT_EQ(format_units(15, 1, false), "15.0");
  EXPECT_EQ(format_units(0, 1, false), "0");
  EXPECT_EQ(format_units(0.00025, 1, false), "250.0u");
}

TEST(TextTable, AlignsCellsOfSeveralLines) {
  TextTable table({"Index", "Input(s)"});
  table.add_row({"0", "8x8x1 (int8)\n16 (int32)"});
  EXPECT_EQ(table.str(),
            "+-------+--------------+\n"
            "| Index | Input(s)     |\n"
            "+-------+--------------+\n"
            "| 0     | 8x8x1 (int8) |\n"
            "|       | 16 (int32)   |\n"
            "+-------+--------------+");
}

}  // namespace
}  // namespace mltk
