#include "cli/samples.h"

#include "base/error.h"
#include "tensor/npy.h"

namespace mltk::cli {

quantize::Samples read_samples(const std::vector<std::string>& paths) {
  std::vector<Tensor> arrays;
  for (const std::string& path : paths) {
    arrays.push_back(read_npy(path));
    const Shape& shape = arrays.back().shape();
    if (shape.rank() < 2 || shape[0] != arrays.front().shape()[0]) {
      fail(ErrorKind::invalid_data, "{}: has the shape {}, expected [samples, ...] with as many samples as {}", path,
           to_string(shape), paths.front());
    }
  }
  quantize::Samples samples;
  for (std::int64_t row = 0; row < arrays.front().shape()[0]; ++row) {
    std::vector<Tensor>& sample = samples.emplace_back();
    for (const Tensor& array : arrays) sample.push_back(array.rows(row, 1));
  }
  return samples;
}

}  // namespace mltk::cli
