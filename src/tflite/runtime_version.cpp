#include "tflite/runtime_version.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "tflite/metadata.h"

namespace mltk::tflite {
namespace {

struct Row {
  BuiltinOperator code;
  std::string_view releases;  ///< of version 1, 2, ...; "-" for a version that no release lists
};

// Facts of TensorFlow's tools/versioning/runtime_version.cc; from 2.11 on of its release notes.
constexpr auto kRows = std::to_array<Row>({
    {BuiltinOperator::average_pool_2d, "1.5.0 1.14.0 2.3.0"},
    {BuiltinOperator::batch_matmul, "2.3.0 2.3.0 2.4.0 2.5.0"},
    {BuiltinOperator::broadcast_to, "- 2.5.0 2.5.0"},
    {BuiltinOperator::conv_2d, "1.5.0 1.14.0 1.14.0 2.3.0 2.4.0 2.9.0 2.11.0"},
    {BuiltinOperator::depthwise_conv_2d, "1.5.0 1.12.0 1.14.0 2.2.0 2.3.0 2.3.0 2.11.0"},
    {BuiltinOperator::add, "1.5.0 1.14.0 2.4.0 2.6.0"},
    {BuiltinOperator::add_n, "1.14.0"},
    {BuiltinOperator::space_to_batch_nd, "1.6.0 1.14.0 2.3.0"},
    {BuiltinOperator::sub, "1.6.0 1.14.0 2.3.0 2.4.0 2.4.0"},
    {BuiltinOperator::div, "1.6.0 2.3.0"},
    {BuiltinOperator::batch_to_space_nd, "1.6.0 1.14.0 2.3.0"},
    {BuiltinOperator::cast, "1.5.0 2.7.0 2.8.0 2.9.0"},
    {BuiltinOperator::concatenation, "1.5.0 1.14.0 2.3.0"},
    {BuiltinOperator::depth_to_space, "2.1.0 2.5.0"},
    {BuiltinOperator::fake_quant, "1.5.0 1.10.0"},
    {BuiltinOperator::fully_connected, "1.5.0 1.10.0 1.14.0 1.14.0 2.0.0 2.1.0 2.3.0 2.3.0 2.3.0 2.11.0 - 2.17.0"},
    {BuiltinOperator::gather, "1.6.0 1.14.0 1.15.0 2.4.0 2.5.0"},
    {BuiltinOperator::gather_nd, "1.14.0 2.3.0 2.5.0"},
    {BuiltinOperator::svdf, "1.5.0 1.14.0 2.2.0 2.3.0"},
    {BuiltinOperator::l2_normalization, "1.5.0 1.14.0"},
    {BuiltinOperator::l2_pool_2d, "1.5.0"},
    {BuiltinOperator::max_pool_2d, "1.5.0 1.14.0 2.3.0"},
    {BuiltinOperator::maximum, "1.14.0 1.14.0 2.3.0 2.3.0"},
    {BuiltinOperator::minimum, "1.14.0 1.14.0 2.3.0 2.3.0"},
    {BuiltinOperator::mul, "1.5.0 1.14.0 1.15.0 2.3.0 2.6.0"},
    {BuiltinOperator::pad, "1.5.0 1.14.0 2.4.0 2.6.0"},
    {BuiltinOperator::padv2, "1.9.0 1.14.0 2.4.0 2.6.0"},
    {BuiltinOperator::tile, "1.10.1 2.2.0 2.8.0"},
    {BuiltinOperator::reshape, "1.5.0"},
    {BuiltinOperator::softmax, "1.5.0 1.14.0 2.3.0"},
    {BuiltinOperator::space_to_depth, "1.5.0 1.14.0"},
    {BuiltinOperator::transpose, "1.6.0 1.14.0 1.15.0 2.3.0 2.4.0"},
    {BuiltinOperator::unidirectional_sequence_lstm, "1.13.1 1.14.0 2.3.0"},
    {BuiltinOperator::bidirectional_sequence_lstm, "1.14.0 1.14.0 1.14.0"},
    {BuiltinOperator::mean, "1.6.0 1.14.0 2.4.0"},
    {BuiltinOperator::sum, "1.10.0 1.15.0"},
    {BuiltinOperator::reduce_max, "1.11.0 1.14.0 2.5.0"},
    {BuiltinOperator::reduce_min, "1.11.0 1.14.0 2.5.0"},
    {BuiltinOperator::reduce_prod, "1.11.0 2.6.0"},
    {BuiltinOperator::reduce_any, "1.11.0"},
    {BuiltinOperator::reduce_all, "2.6.0"},
    {BuiltinOperator::relu6, "1.5.0 1.14.0 2.5.0"},
    {BuiltinOperator::resize_bilinear, "1.7.0 1.14.0 2.2.0 2.5.0"},
    {BuiltinOperator::resize_nearest_neighbor, "1.13.1 1.14.0 2.3.0 2.4.0"},
    {BuiltinOperator::squeeze, "1.6.0 2.5.0"},
    {BuiltinOperator::split, "1.5.0 1.14.0 1.14.0 2.3.0"},
    {BuiltinOperator::split_v, "1.13.1 2.3.0"},
    {BuiltinOperator::strided_slice, "1.6.0 1.14.0 2.1.0 2.2.0 2.5.0 2.6.0"},
    {BuiltinOperator::topk_v2, "1.7.0 1.14.0"},
    {BuiltinOperator::arg_max, "1.9.0 1.14.0 2.9.0"},
    {BuiltinOperator::arg_min, "1.9.0 1.14.0 2.9.0"},
    {BuiltinOperator::transpose_conv, "1.9.0 2.2.0 2.3.0 2.13.0"},
    {BuiltinOperator::expand_dims, "1.10.0"},
    {BuiltinOperator::pack, "1.11.0 1.14.0 2.3.0"},
    {BuiltinOperator::shape, "1.10.0"},
    {BuiltinOperator::slice, "1.14.0 1.14.0 1.14.0 2.4.0 2.5.0"},
    {BuiltinOperator::tanh, "1.14.0 1.14.0 2.3.0"},
    {BuiltinOperator::one_hot, "1.11.0"},
    {BuiltinOperator::unpack, "1.11.0 1.14.0 2.2.0 2.3.0"},
    {BuiltinOperator::leaky_relu, "1.13.1 2.3.0"},
    {BuiltinOperator::logistic, "1.14.0 1.14.0 2.3.0"},
    {BuiltinOperator::log_softmax, "1.14.0 1.14.0"},
    {BuiltinOperator::squared_difference, "1.13.1 2.5.0"},
    {BuiltinOperator::mirror_pad, "1.13.1 2.3.0"},
    {BuiltinOperator::where, "1.14.0 2.8.0"},
    {BuiltinOperator::dequantize, "1.13.1 1.14.0 1.15.0 2.2.0 2.7.0"},
    {BuiltinOperator::reverse_sequence, "1.14.0"},
    {BuiltinOperator::equal, "1.14.0 1.14.0 2.3.0"},
    {BuiltinOperator::not_equal, "1.14.0 1.14.0 2.3.0"},
    {BuiltinOperator::greater, "1.14.0 1.14.0"},
    {BuiltinOperator::greater_equal, "1.14.0 1.14.0"},
    {BuiltinOperator::less, "1.14.0 1.14.0"},
    {BuiltinOperator::less_equal, "1.14.0 1.14.0"},
    {BuiltinOperator::scatter_nd, "2.1.0"},
    {BuiltinOperator::select, "1.14.0 1.14.0"},
    {BuiltinOperator::select_v2, "2.2.0"},
    {BuiltinOperator::if_, "1.15.0"},
    {BuiltinOperator::while_, "1.15.0"},
    {BuiltinOperator::floor_div, "1.14.0 1.14.0"},
    {BuiltinOperator::floor_mod, "1.13.0"},
    {BuiltinOperator::floor, "1.9.0"},
    {BuiltinOperator::ceil, "1.14.0"},
    {BuiltinOperator::elu, "1.14.0"},
    {BuiltinOperator::quantize, "1.14.0 1.15.0 2.7.0"},
    {BuiltinOperator::round, "1.14.0"},
    {BuiltinOperator::relu, "1.5.0 2.1.0 2.5.0"},
    {BuiltinOperator::relu_n1_to_1, "1.5.0"},
    {BuiltinOperator::relu_0_to_1, "2.10.0"},
    {BuiltinOperator::prelu, "1.8.0"},
    {BuiltinOperator::exp, "1.7.0"},
    {BuiltinOperator::cos, "1.14.0"},
    {BuiltinOperator::sin, "1.9.0"},
    {BuiltinOperator::neg, "1.9.0"},
    {BuiltinOperator::pow, "1.10.0"},
    {BuiltinOperator::log, "1.14.0 2.15.0"},
    {BuiltinOperator::sqrt, "1.10.0"},
    {BuiltinOperator::rsqrt, "1.10.0 2.5.0"},
    {BuiltinOperator::square, "1.12.0"},
    {BuiltinOperator::zeros_like, "1.12.0"},
    {BuiltinOperator::abs, "1.13.0 2.4.0 2.5.0 2.6.0"},
    {BuiltinOperator::logical_or, "1.11.0"},
    {BuiltinOperator::logical_and, "1.11.0"},
    {BuiltinOperator::logical_not, "1.11.0"},
    {BuiltinOperator::hard_swish, "1.15.0"},
    {BuiltinOperator::fill, "1.13.0 2.3.0 2.5.0"},
    {BuiltinOperator::reverse_v2, "1.14.0 2.2.0 2.5.0"},
    {BuiltinOperator::rank, "1.14.0"},
    {BuiltinOperator::cumsum, "2.4.0"},
    {BuiltinOperator::call_once, "2.5.0"},
    {BuiltinOperator::var_handle, "2.6.0"},
    {BuiltinOperator::read_variable, "2.6.0"},
    {BuiltinOperator::assign_variable, "2.6.0"},
    {BuiltinOperator::broadcast_args, "2.6.0"},
    {BuiltinOperator::gelu, "2.9.0 2.9.0"},
    {BuiltinOperator::dynamic_update_slice, "2.9.0"},
    {BuiltinOperator::range, "1.13.0"},
});

std::string release_of(BuiltinOperator code, std::int32_t version) {
  const auto row = std::ranges::find(kRows, code, &Row::code);
  if (row == kRows.end()) return {};
  std::istringstream releases{std::string(row->releases)};
  std::string release;
  for (std::int32_t i = 0; i < version; ++i) {
    if (!(releases >> release)) return {};
  }
  return release == "-" ? std::string() : release;
}

std::array<int, 3> numbers(std::string_view release) {
  std::array<int, 3> parts{};
  const char* at = release.data();
  const char* const end = release.data() + release.size();
  for (int& part : parts) {
    at = std::from_chars(at, end, part).ptr;
    if (at != end) ++at;  // the point
  }
  return parts;
}

}  // namespace

std::string min_runtime_version(const Model& model) {
  std::string newest;
  for (const Subgraph& subgraph : model.subgraphs) {
    for (const Operator& op : subgraph.operators) {
      const std::string release = release_of(op.code, op.version);
      if (numbers(release) > numbers(newest)) newest = release;
    }
  }
  return newest;
}

void set_min_runtime_version(Model& model) {
  constexpr std::size_t kBytes = 16;
  const std::string release = min_runtime_version(model);
  std::vector<std::uint8_t> bytes(release.begin(), release.end());
  bytes.resize(kBytes);
  set_metadata(model, "min_runtime_version", std::move(bytes));
}

}  // namespace mltk::tflite
