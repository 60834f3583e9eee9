#include "reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <span>
#include <string_view>

#include "graph/ops/average_pool_2d.h"
#include "graph/ops/batch_matmul.h"
#include "graph/ops/clip.h"
#include "graph/ops/concat.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/conv_2d_backward_input.h"
#include "graph/ops/depthwise_conv_2d.h"
#include "graph/ops/elu.h"
#include "graph/ops/leaky_relu.h"
#include "graph/ops/matmul.h"
#include "graph/ops/max_pool_2d.h"
#include "graph/ops/pad.h"
#include "graph/ops/power.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/resize.h"
#include "graph/ops/reverse.h"
#include "graph/ops/slice.h"
#include "graph/ops/split.h"
#include "graph/ops/transpose.h"
#include "graph/ops/unstack.h"
#include "train/kernels/projective_transform.h"
#include "train/kernels/resize.h"

namespace mltk {
namespace {

/// The place of an element, or sizes of axes; held in place.
class Index {
 public:
  Index() = default;
  Index(std::initializer_list<std::int64_t> list) : size_(list.size()) { std::ranges::copy(list, axes_.begin()); }
  Index(std::span<const std::int64_t> dims) : size_(dims.size()) { std::ranges::copy(dims, axes_.begin()); }  // NOLINT
  Index(const std::vector<std::int64_t>& dims) : Index(std::span(dims)) {}                                    // NOLINT

  std::size_t size() const { return size_; }
  std::int64_t operator[](std::size_t axis) const { return axes_[axis]; }
  std::int64_t& operator[](std::size_t axis) { return axes_[axis]; }
  void push_back(std::int64_t value) { axes_[size_++] = value; }
  void insert(std::size_t axis, std::int64_t value) {
    std::copy_backward(axes_.begin() + axis, axes_.begin() + size_, axes_.begin() + size_ + 1);
    axes_[axis] = value;
    ++size_;
  }

 private:
  std::array<std::int64_t, Shape::kMaxRank + 1> axes_{};
  std::size_t size_ = 0;
};

/// A node at work: outputs have their shapes and are 0.
struct Call {
  const Node& node;
  std::vector<const Doubles*> in;
  std::vector<Doubles>& out;

  const Doubles& x() const { return *in[0]; }
  Doubles& y() const { return out[0]; }
};

std::int64_t count(const Index& dims) {
  std::int64_t product = 1;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) product *= dims[axis];
  return product;
}

/// Call f(index, offset) for each element.
template <class F>
void for_each(const Index& dims, const F& f) {
  Index index;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) index.push_back(0);
  const std::int64_t total = count(dims);
  for (std::int64_t at = 0; at < total; ++at) {
    f(index, static_cast<std::size_t>(at));
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      if (++index[axis] < dims[axis]) break;
      index[axis] = 0;
    }
  }
}

/// The element at an index of a result that x was repeated to.
double at(const Doubles& x, const Index& index) {
  std::size_t offset = 0;
  const std::size_t skipped = index.size() - x.dims.size();
  for (std::size_t axis = 0; axis < x.dims.size(); ++axis) {
    const std::int64_t i = x.dims[axis] == 1 ? 0 : index[axis + skipped];
    offset = offset * static_cast<std::size_t>(x.dims[axis]) + static_cast<std::size_t>(i);
  }
  return x.values[offset];
}

double& at(Doubles& x, const Index& index) {
  std::size_t offset = 0;
  for (std::size_t axis = 0; axis < x.dims.size(); ++axis) {
    offset = offset * static_cast<std::size_t>(x.dims[axis]) + static_cast<std::size_t>(index[axis]);
  }
  return x.values[offset];
}

void map_one(const Call& call, const std::function<double(double)>& f) {
  std::ranges::transform(call.x().values, call.y().values.begin(), f);
}

void map_two(const Call& call, const std::function<double(double, double)>& f) {
  for_each(call.y().dims, [&](const Index& index, std::size_t offset) {
    call.y().values[offset] = f(at(*call.in[0], index), at(*call.in[1], index));
  });
}

std::size_t axis_of(std::int64_t axis, const Doubles& x) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(x.dims.size()) : axis);
}

void reduce(const Call& call, double first, const std::function<double(double, double)>& f) {
  const auto& attributes = call.node.as<ReduceAttributes>();
  std::ranges::fill(call.y().values, first);
  const bool drops_batch = call.y().dims.size() < call.x().dims.size();
  for_each(call.x().dims, [&](const Index& index, std::size_t offset) {
    Index to;
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
      const bool reduced = std::ranges::find(attributes.axes, static_cast<std::int64_t>(axis)) != attributes.axes.end();
      if (!reduced) to.push_back(index[axis]);
      if (reduced && attributes.keep_dims && !(axis == 0 && drops_batch)) to.push_back(0);
    }
    double& value = at(call.y(), to);
    value = f(value, call.x().values[offset]);
  });
}

/// Copy each element of the result from where `from` says.
void copy_from(const Call& call, const std::function<Index(Index)>& from) {
  for_each(call.y().dims,
           [&](const Index& index, std::size_t offset) { call.y().values[offset] = at(call.x(), from(index)); });
}

/// Products of matrices: a [M, K] times b [K, P], which begin at the offsets, each transposed first where asked.
void multiply(const double* a, const double* b, double* y, Index a_dims, Index b_dims, const MatmulAttributes& how) {
  const std::int64_t rows = how.transpose_a ? a_dims[1] : a_dims[0];
  const std::int64_t inner = how.transpose_a ? a_dims[0] : a_dims[1];
  const std::int64_t columns = how.transpose_b ? b_dims[0] : b_dims[1];
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < inner; ++k) {
        sum += a[how.transpose_a ? k * a_dims[1] + i : i * a_dims[1] + k] *
               b[how.transpose_b ? j * b_dims[1] + k : k * b_dims[1] + j];
      }
      y[i * columns + j] = sum;
    }
  }
}

Index as_matrix(const Doubles& x) { return {count(x.dims) / x.dims.back(), x.dims.back()}; }

void matmul(const Call& call) {
  multiply(call.in[0]->values.data(), call.in[1]->values.data(), call.y().values.data(), as_matrix(*call.in[0]),
           as_matrix(*call.in[1]), call.node.as<MatmulAttributes>());
}

void batch_matmul(const Call& call) {
  const auto last_two = [](const Doubles& x) { return Index(std::span(x.dims).last(2)); };
  const Index a = last_two(*call.in[0]);
  const Index b = last_two(*call.in[1]);
  const std::int64_t size = count(last_two(call.y()));
  for (std::int64_t i = 0; i < count(call.y().dims) / size; ++i) {
    multiply(call.in[0]->values.data() + i * count(a), call.in[1]->values.data() + i * count(b),
             call.y().values.data() + i * size, a, b, call.node.as<MatmulAttributes>());
  }
}

/// Call f(n, p, q, h, w, i, j) for each place (h, w) of the picture that the element (i, j) of the window at (p, q)
/// stands on.
template <class F>
void for_each_place(const Window2d& window, const Index& picture, const F& f) {
  const WindowExtent rows =
      window_extent(picture[1], window.kernel_height, window.stride_height, window.dilation_height, window.same);
  const WindowExtent columns =
      window_extent(picture[2], window.kernel_width, window.stride_width, window.dilation_width, window.same);
  for_each({picture[0], rows.output, columns.output, window.kernel_height, window.kernel_width},
           [&](const Index& at, std::size_t) {
             const std::int64_t h = at[1] * window.stride_height + at[3] * window.dilation_height - rows.pad_before;
             const std::int64_t w = at[2] * window.stride_width + at[4] * window.dilation_width - columns.pad_before;
             if (h < 0 || w < 0 || h >= picture[1] || w >= picture[2]) return;
             f(at[0], at[1], at[2], h, w, at[3], at[4]);
           });
}

/// Call f with the indices of the picture, the filter and the result that a convolution brings together.
template <class F>
void for_each_product(const Conv2dAttributes& conv, const Index& picture, const Index& filter, const F& f) {
  for_each_place(conv.window, picture, [&](auto n, auto p, auto q, auto h, auto w, auto i, auto j) {
    const std::int64_t filters_of_group = filter[3] / conv.groups;
    for (std::int64_t k = 0; k < filter[3]; ++k) {
      for (std::int64_t c = 0; c < filter[2]; ++c) {
        f(Index{n, h, w, k / filters_of_group * filter[2] + c}, Index{i, j, c, k}, Index{n, p, q, k});
      }
    }
  });
}

void conv_2d(const Call& call) {
  for_each_product(
      call.node.as<Conv2dAttributes>(), call.x().dims, call.in[1]->dims,
      [&](const Index& x, const Index& w, const Index& y) { at(call.y(), y) += at(call.x(), x) * at(*call.in[1], w); });
}

void conv_2d_backward_input(const Call& call) {
  for_each_product(
      call.node.as<Conv2dBackwardInputAttributes>().conv, call.y().dims, call.in[1]->dims,
      [&](const Index& x, const Index& w, const Index& y) { at(call.y(), x) += at(call.x(), y) * at(*call.in[1], w); });
}

void depthwise_conv_2d(const Call& call) {
  const Index& filter = call.in[1]->dims;
  for_each_place(call.node.as<DepthwiseConv2dAttributes>().window, call.x().dims,
                 [&](auto n, auto p, auto q, auto h, auto w, auto i, auto j) {
                   for (std::int64_t c = 0; c < filter[2]; ++c) {
                     for (std::int64_t m = 0; m < filter[3]; ++m) {
                       at(call.y(), {n, p, q, c * filter[3] + m}) +=
                           at(call.x(), Index{n, h, w, c}) * at(*call.in[1], Index{i, j, c, m});
                     }
                   }
                 });
}

void pool(const Call& call, const Window2d& window, bool is_mean) {
  Doubles counts = call.y();
  if (!is_mean) std::ranges::fill(call.y().values, -HUGE_VAL);
  for_each_place(window, call.x().dims, [&](auto n, auto p, auto q, auto h, auto w, auto, auto) {
    for (std::int64_t c = 0; c < call.x().dims[3]; ++c) {
      double& y = at(call.y(), {n, p, q, c});
      const double x = at(call.x(), Index{n, h, w, c});
      y = is_mean ? y + x : std::max(y, x);
      at(counts, {n, p, q, c}) += 1;
    }
  });
  for (std::size_t i = 0; is_mean && i < counts.values.size(); ++i) call.y().values[i] /= counts.values[i];
}

/// Call f(begin, size) for each row of the last axis.
template <class F>
void for_each_row(const Doubles& x, const F& f) {
  const auto width = static_cast<std::size_t>(x.dims.back());
  for (std::size_t begin = 0; begin < x.values.size(); begin += width) f(begin, width);
}

double log_of_sum(const Doubles& x, std::size_t begin, std::size_t width) {
  double sum = 0;
  for (std::size_t i = begin; i < begin + width; ++i) sum += std::exp(x.values[i]);
  return std::log(sum);
}

void softmax(const Call& call) {
  for_each_row(call.x(), [&](std::size_t begin, std::size_t width) {
    const double log_sum = log_of_sum(call.x(), begin, width);
    for (std::size_t i = begin; i < begin + width; ++i) call.y().values[i] = std::exp(call.x().values[i] - log_sum);
  });
}

void softmax_cross_entropy(const Call& call) {
  for_each_row(call.x(), [&](std::size_t begin, std::size_t width) {
    const double log_sum = log_of_sum(call.x(), begin, width);
    double loss = 0;
    for (std::size_t i = begin; i < begin + width; ++i) loss -= call.in[1]->values[i] * (call.x().values[i] - log_sum);
    call.y().values[begin / width] = loss;
  });
}

void batch_moments(const Call& call) {
  std::vector<double>& mean = call.out[0].values;
  std::vector<double>& variance = call.out[1].values;
  const double rows = static_cast<double>(call.x().values.size() / mean.size());
  for_each_row(call.x(), [&](std::size_t begin, std::size_t width) {
    for (std::size_t c = 0; c < width; ++c) mean[c] += call.x().values[begin + c] / rows;
  });
  for_each_row(call.x(), [&](std::size_t begin, std::size_t width) {
    for (std::size_t c = 0; c < width; ++c) variance[c] += std::pow(call.x().values[begin + c] - mean[c], 2) / rows;
  });
}

void concat(const Call& call) {
  const std::size_t axis = axis_of(call.node.as<ConcatAttributes>().axis, call.y());
  std::int64_t begin = 0;
  for (const Doubles* x : call.in) {
    for_each(x->dims, [&](Index index, std::size_t offset) {
      index[axis] += begin;
      at(call.y(), index) = x->values[offset];
    });
    begin += x->dims[axis];
  }
}

void split(const Call& call) {
  const std::size_t axis = axis_of(call.node.as<SplitAttributes>().axis, call.x());
  for (std::size_t part = 0; part < call.out.size(); ++part) {
    for_each(call.out[part].dims, [&](Index index, std::size_t offset) {
      index[axis] += static_cast<std::int64_t>(part) * call.out[part].dims[axis];
      call.out[part].values[offset] = at(call.x(), index);
    });
  }
}

void unstack(const Call& call) {
  const std::size_t axis = call.node.as<UnstackAttributes>().axis;
  for (std::size_t part = 0; part < call.out.size(); ++part) {
    for_each(call.out[part].dims, [&](Index index, std::size_t offset) {
      index.insert(axis, static_cast<std::int64_t>(part));
      call.out[part].values[offset] = at(call.x(), index);
    });
  }
}

void pad(const Call& call) {
  const auto& padding = call.node.as<PadAttributes>().padding;
  for_each(call.x().dims, [&](Index index, std::size_t offset) {
    for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += padding[axis].first;
    at(call.y(), index) = call.x().values[offset];
  });
}

void gather(const Call& call) {
  const auto width = static_cast<std::size_t>(call.x().dims[1]);
  for (std::size_t i = 0; i < call.in[1]->values.size(); ++i) {
    const auto row = static_cast<std::size_t>(call.in[1]->values[i]);
    std::copy_n(call.x().values.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                call.y().values.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
}

/// Taps of pictures: which pixels make a pixel of the result is not what is checked here, their sums are.
template <class F>
void for_each_picture(const Call& call, const F& f) {
  const auto in = static_cast<std::size_t>(count(call.x().dims) / call.x().dims[0]);
  const auto out = static_cast<std::size_t>(count(call.y().dims) / call.y().dims[0]);
  for (std::size_t n = 0; n < static_cast<std::size_t>(call.x().dims[0]); ++n) {
    f(n, call.x().values.data() + n * in, call.y().values.data() + n * out);
  }
}

void resize(const Call& call) {
  for_each_picture(call, [&](std::size_t, const double* x, double* y) {
    kernels::for_each_resize_tap(call.node.as<ResizeAttributes>(), Shape(call.x().dims),
                                 [&](std::int64_t to, std::int64_t from, float weight) {
                                   for (std::int64_t c = 0; c < call.x().dims[3]; ++c)
                                     y[to + c] += weight * x[from + c];
                                 });
  });
}

void projective_transform(const Call& call) {
  const auto& attributes = call.node.as<ProjectiveTransformAttributes>();
  for_each_picture(call, [&](std::size_t n, const double* x, double* y) {
    std::vector<float> numbers;
    for (std::size_t i = 0; i < 8; ++i) numbers.push_back(static_cast<float>(call.in[1]->values[n * 8 + i]));
    kernels::for_each_transform_tap(attributes, Shape(call.x().dims), numbers.data(),
                                    [&](std::int64_t to, std::int64_t from, float weight) {
                                      for (std::int64_t c = 0; c < call.x().dims[3]; ++c) {
                                        y[to + c] += weight * (from < 0 ? attributes.fill_value : x[from + c]);
                                      }
                                    });
  });
}

using Operator = void (*)(const Call&);

template <double (*kF)(double)>
void one(const Call& call) {
  map_one(call, kF);
}

const std::map<std::string_view, Operator>& operators() {
  static const std::map<std::string_view, Operator> table = {
      {"abs", one<std::abs>},
      {"cos", one<std::cos>},
      {"erf", one<std::erf>},
      {"exp", one<std::exp>},
      {"floor", one<std::floor>},
      {"log", one<std::log>},
      {"sin", one<std::sin>},
      {"sqrt", one<std::sqrt>},
      {"tanh", one<std::tanh>},
      {"neg", [](const Call& c) { map_one(c, [](double x) { return -x; }); }},
      {"relu", [](const Call& c) { map_one(c, [](double x) { return std::max(x, 0.0); }); }},
      {"relu6", [](const Call& c) { map_one(c, [](double x) { return std::clamp(x, 0.0, 6.0); }); }},
      {"rsqrt", [](const Call& c) { map_one(c, [](double x) { return 1 / std::sqrt(x); }); }},
      {"sigmoid", [](const Call& c) { map_one(c, [](double x) { return 1 / (1 + std::exp(-x)); }); }},
      {"square", [](const Call& c) { map_one(c, [](double x) { return x * x; }); }},
      {"stop_gradient", [](const Call& c) { map_one(c, [](double x) { return x; }); }},
      {"reshape", [](const Call& c) { map_one(c, [](double x) { return x; }); }},
      {"clip",
       [](const Call& c) {
         const auto limits = c.node.as<ClipAttributes>();
         map_one(c, [&](double x) { return std::clamp<double>(x, limits.low, limits.high); });
       }},
      {"elu",
       [](const Call& c) {
         const double alpha = c.node.as<EluAttributes>().alpha;
         map_one(c, [&](double x) { return x > 0 ? x : alpha * std::expm1(x); });
       }},
      {"leaky_relu",
       [](const Call& c) {
         const double alpha = c.node.as<LeakyReluAttributes>().alpha;
         map_one(c, [&](double x) { return x > 0 ? x : alpha * x; });
       }},
      {"power",
       [](const Call& c) {
         const double exponent = c.node.as<PowerAttributes>().exponent;
         map_one(c, [&](double x) { return std::pow(x, exponent); });
       }},
      {"add", [](const Call& c) { map_two(c, [](double a, double b) { return a + b; }); }},
      {"sub", [](const Call& c) { map_two(c, [](double a, double b) { return a - b; }); }},
      {"mul", [](const Call& c) { map_two(c, [](double a, double b) { return a * b; }); }},
      {"div", [](const Call& c) { map_two(c, [](double a, double b) { return a / b; }); }},
      {"maximum", [](const Call& c) { map_two(c, [](double a, double b) { return std::max(a, b); }); }},
      {"minimum", [](const Call& c) { map_two(c, [](double a, double b) { return std::min(a, b); }); }},
      {"greater", [](const Call& c) { map_two(c, [](double a, double b) { return a > b ? 1.0 : 0.0; }); }},
      {"equal", [](const Call& c) { map_two(c, [](double a, double b) { return a == b ? 1.0 : 0.0; }); }},
      {"prelu", [](const Call& c) { map_two(c, [](double x, double alpha) { return x > 0 ? x : alpha * x; }); }},
      {"select",
       [](const Call& c) {
         for_each(c.y().dims, [&](const Index& index, std::size_t offset) {
           c.y().values[offset] = at(*c.in[0], index) != 0 ? at(*c.in[1], index) : at(*c.in[2], index);
         });
       }},
      {"broadcast", [](const Call& c) { copy_from(c, [](Index index) { return index; }); }},
      {"reverse",
       [](const Call& c) {
         const std::size_t axis = c.node.as<ReverseAttributes>().axis;
         copy_from(c, [&](Index index) {
           index[axis] = c.x().dims[axis] - 1 - index[axis];
           return index;
         });
       }},
      {"slice",
       [](const Call& c) {
         const auto& begin = c.node.as<SliceAttributes>().begin;
         copy_from(c, [&](Index index) {
           for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += begin[axis];
           return index;
         });
       }},
      {"transpose",
       [](const Call& c) {
         const auto& permutation = c.node.as<TransposeAttributes>().permutation;
         copy_from(c, [&](const Index& index) {
           Index from = index;
           for (std::size_t axis = 0; axis < index.size(); ++axis) {
             from[static_cast<std::size_t>(permutation[axis])] = index[axis];
           }
           return from;
         });
       }},
      {"reduce_sum", [](const Call& c) { reduce(c, 0, [](double a, double b) { return a + b; }); }},
      {"reduce_mean",
       [](const Call& c) {
         reduce(c, 0, [](double a, double b) { return a + b; });
         const auto each = static_cast<double>(c.x().values.size() / c.y().values.size());
         for (double& value : c.y().values) value /= each;
       }},
      {"reduce_max", [](const Call& c) { reduce(c, -HUGE_VAL, [](double a, double b) { return std::max(a, b); }); }},
      {"batch_size", [](const Call& c) { c.y().values[0] = static_cast<double>(c.x().dims[0]); }},
      {"average_pool_2d", [](const Call& c) { pool(c, c.node.as<AveragePool2dAttributes>().window, true); }},
      {"max_pool_2d", [](const Call& c) { pool(c, c.node.as<MaxPool2dAttributes>().window, false); }},
      {"batch_matmul", batch_matmul},
      {"batch_moments", batch_moments},
      {"concat", concat},
      {"conv_2d", conv_2d},
      {"conv_2d_backward_input", conv_2d_backward_input},
      {"depthwise_conv_2d", depthwise_conv_2d},
      {"gather", gather},
      {"matmul", matmul},
      {"pad", pad},
      {"projective_transform", projective_transform},
      {"resize", resize},
      {"softmax", softmax},
      {"softmax_cross_entropy", softmax_cross_entropy},
      {"split", split},
      {"unstack", unstack},
  };
  return table;
}

Doubles of_tensor(const Tensor& tensor) {
  const auto floats = tensor.as<float>();
  return {tensor.shape().dims(), {floats.begin(), floats.end()}};
}

}  // namespace

std::vector<Doubles> run_reference(const Graph& graph, const std::vector<std::vector<double>>& inputs,
                                   std::int64_t batch) {
  const auto dims_of = [&](ValueId id) { return graph.shape(id).with_batch(batch).dims(); };
  std::map<std::int32_t, Doubles> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    values[graph.inputs()[i].index] = {dims_of(graph.inputs()[i]), inputs[i]};
  }
  for (std::size_t i = 0; i < graph.values().size(); ++i) {
    const Value& value = graph.values()[i];
    const auto id = static_cast<std::int32_t>(i);
    if (value.kind == ValueKind::constant) values[id] = of_tensor(value.constant);
    if (value.kind == ValueKind::variable) values[id] = of_tensor(value.variable->value);
  }
  for (const Node& node : graph.nodes()) {
    const auto found = operators().find(node.op->name);
    if (found == operators().end()) fail(ErrorKind::internal, "the reference has no operator {}", node.op->name);
    std::vector<Doubles> outputs;
    for (const ValueId id : node.outputs) {
      const std::vector<std::int64_t> dims = dims_of(id);
      outputs.push_back({dims, std::vector<double>(static_cast<std::size_t>(count(dims)))});
    }
    Call call{node, {}, outputs};
    for (const ValueId id : node.inputs) call.in.push_back(&values.at(id.index));
    found->second(call);
    for (std::size_t i = 0; i < outputs.size(); ++i) values[node.outputs[i].index] = std::move(outputs[i]);
  }
  std::vector<Doubles> results;
  for (const ValueId id : graph.outputs()) results.push_back(values.at(id.index));
  return results;
}

}  // namespace mltk
