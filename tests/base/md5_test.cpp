#include "base/md5.h"

#include <gtest/gtest.h>

#include <string_view>

namespace mltk {
namespace {

// RFC 1321, appendix A.5.
TEST(Md5, MatchesTheRfc) {
  const std::string_view text = "message digest";
  EXPECT_EQ(md5_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}),
            "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(md5_hex({}), "d41d8cd98f00b204e9800998ecf8427e");
}

}  // namespace
}  // namespace mltk
