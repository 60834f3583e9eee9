#include "tensor/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;

fs::path scratch(std::string_view name) { return fs::path(testing::TempDir()) / name; }

TEST(Npy, ReadsWhatItWrites) {
  const Tensor tensor({2, 3}, {1.5F, 2.0F, 3.0F, 4.0F, 5.0F, -6.0F});
  write_npy(scratch("a.npy"), tensor);
  EXPECT_EQ(read_npy(scratch("a.npy")), tensor);
  const Tensor scalar(Shape{}, {std::int64_t{7}});
  write_npy(scratch("b.npy"), scalar);
  EXPECT_EQ(read_npy(scratch("b.npy")), scalar);
}

TEST(Npy, TurnsFortranOrderIntoRows) {
  std::string header = "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }";
  header.append(117 - header.size(), ' ');
  header += '\n';
  std::string file = "\x93NUMPY";
  file += '\x01';
  file += '\x00';
  file += static_cast<char>(header.size());
  file += '\x00';
  file += header;
  for (const int value : {1, 4, 2, 5, 3, 6}) file += std::string(1, static_cast<char>(value)) + std::string(3, '\0');
  write_file(scratch("f.npy"), file);
  EXPECT_THAT(read_npy(scratch("f.npy")).as<std::int32_t>(), testing::ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Npy, RejectsEveryTruncation) {
  write_npy(scratch("t.npy"), Tensor({4}, {1.0F, 2.0F, 3.0F, 4.0F}));
  const auto bytes = read_file(scratch("t.npy"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_file(scratch("cut.npy"), std::span(bytes).first(size));
    EXPECT_THROW(read_npy(scratch("cut.npy")), Error) << size;
  }
}

}  // namespace
}  // namespace mltk
