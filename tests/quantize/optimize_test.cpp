// Rewriting patterns on small graphs.

#include "quantize/optimize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tflite/ops/add.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/div.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/mul.h"
#include "tflite/ops/transpose_conv.h"

namespace mltk::quantize {
namespace {

using testing::ElementsAre;
using tflite::BuiltinOperator;

/// A float graph, operator by operator.
struct Net {
  Graph source;
  FloatGraph graph{source};

  std::int32_t input(const Shape& shape) {
    graph.main().inputs.push_back(graph.add_activation("x", shape));
    return graph.main().inputs.back();
  }
  std::int32_t constant(const Shape& shape, std::vector<float> values) {
    return graph.add_constant("c", shape, std::move(values));
  }
  std::int32_t op(BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs, const Shape& shape) {
    const std::int32_t output = graph.add_activation("y", shape);
    graph.main().operators.push_back(
        {.code = code, .options = std::move(options), .inputs = std::move(inputs), .outputs = {output}});
    return output;
  }
  std::int32_t mul(std::int32_t a, std::int32_t b, const Shape& shape) {
    return op(BuiltinOperator::mul, tflite::MulOptions{}, {a, b}, shape);
  }
  std::int32_t add(std::int32_t a, std::int32_t b, const Shape& shape) {
    return op(BuiltinOperator::add, tflite::AddOptions{}, {a, b}, shape);
  }
  std::int32_t relu(std::int32_t x, const Shape& shape) { return op(BuiltinOperator::relu, {}, {x}, shape); }

  /// The codes of the operators that are left.
  std::vector<BuiltinOperator> optimized(std::int32_t output) {
    graph.main().outputs = {output};
    optimize(graph);
    std::vector<BuiltinOperator> codes;
    for (const tflite::Operator& left : graph.main().operators) codes.push_back(left.code);
    return codes;
  }
  const tflite::Operator& at(std::size_t i) const { return graph.main().operators.at(i); }
};

const Shape kPicture{kBatch, 4, 4, 2};

TEST(Optimize, RecognizesPreluWithItsSlopes) {
  Net net;
  const auto x = net.input(kPicture);
  const auto above = net.relu(x, kPicture);
  const auto below = net.relu(net.op(BuiltinOperator::neg, {}, {x}, kPicture), kPicture);
  const auto scaled = net.mul(net.constant({1, 1, 2}, {-0.25F, -0.5F}), below, kPicture);
  EXPECT_THAT(net.optimized(net.add(above, scaled, kPicture)), ElementsAre(BuiltinOperator::prelu));
  EXPECT_EQ(net.at(0).inputs[0], x);
  EXPECT_THAT(net.graph.floats(net.at(0).inputs[1]), ElementsAre(0.25F, 0.5F));
}

TEST(Optimize, LeavesSumsOfOtherReluAlone) {
  Net net;
  const auto x = net.input(kPicture);
  const auto other = net.input(kPicture);
  const auto below = net.relu(net.op(BuiltinOperator::neg, {}, {other}, kPicture), kPicture);
  const auto scaled = net.mul(net.constant({1, 1, 2}, {-0.25F, -0.5F}), below, kPicture);
  const auto codes = net.optimized(net.add(net.relu(x, kPicture), scaled, kPicture));
  EXPECT_THAT(codes, testing::Not(testing::Contains(BuiltinOperator::prelu)));
}

/// relu6(x + 3)
std::int32_t clipped(Net& net, std::int32_t x) {
  const auto moved = net.add(x, net.constant({}, {3}), kPicture);
  return net.op(BuiltinOperator::relu6, {}, {moved}, kPicture);
}

TEST(Optimize, RecognizesHardSwishHoweverItIsWritten) {
  const auto sixth = [](Net& net, std::int32_t x) { return net.mul(x, net.constant({}, {1.0F / 6}), kPicture); };
  const auto over_six = [](Net& net, std::int32_t x) {
    return net.op(BuiltinOperator::div, tflite::DivOptions{}, {x, net.constant({}, {6})}, kPicture);
  };
  for (const auto& divide : {+sixth, +over_six}) {
    Net last;
    auto x = last.input(kPicture);
    EXPECT_THAT(last.optimized(divide(last, last.mul(x, clipped(last, x), kPicture))),
                ElementsAre(BuiltinOperator::hard_swish));
    Net clip;
    x = clip.input(kPicture);
    EXPECT_THAT(clip.optimized(clip.mul(x, divide(clip, clipped(clip, x)), kPicture)),
                ElementsAre(BuiltinOperator::hard_swish));
    Net first;
    x = first.input(kPicture);
    EXPECT_THAT(first.optimized(first.mul(divide(first, x), clipped(first, x), kPicture)),
                ElementsAre(BuiltinOperator::hard_swish));
  }
}

TEST(Optimize, FoldsIntoTransposedConvolutions) {
  Net net;
  const auto x = net.input(kPicture);
  const Shape result{kBatch, 4, 4, 2};
  const auto weights = net.constant({2, 1, 1, 2}, {1, 2, 3, 4});
  const auto shape = net.graph.add_constant("shape", {4}, std::vector<std::int32_t>{1, 4, 4, 2});
  auto y = net.op(BuiltinOperator::transpose_conv, tflite::TransposeConvOptions{.stride_w = 1, .stride_h = 1},
                  {shape, weights, x}, result);
  y = net.add(y, net.constant({2}, {0.5F, -0.5F}), result);
  y = net.mul(y, net.constant({2}, {2, 10}), result);
  y = net.relu(net.add(y, net.constant({2}, {1, 1}), result), result);
  EXPECT_THAT(net.optimized(y), ElementsAre(BuiltinOperator::transpose_conv));
  const tflite::Operator& op = net.at(0);
  ASSERT_EQ(op.inputs.size(), 4U);
  EXPECT_THAT(net.graph.floats(op.inputs[1]), ElementsAre(2, 4, 30, 40));
  EXPECT_THAT(net.graph.floats(op.inputs[3]), ElementsAre(2, -4));
  EXPECT_EQ(tflite::options_as<tflite::TransposeConvOptions>(op).activation, tflite::Activation::relu);
}

TEST(Optimize, MovesWhatActsOnSingleElementsInFrontOfReshape) {
  Net net;
  const auto x = net.input({kBatch, 2, 3});
  const auto shape = net.graph.add_constant("shape", {2}, std::vector<std::int32_t>{-1, 6});
  const auto flat = net.op(BuiltinOperator::reshape, {}, {x, shape}, {kBatch, 6});
  EXPECT_THAT(net.optimized(net.op(BuiltinOperator::tanh, {}, {flat}, {kBatch, 6})),
              ElementsAre(BuiltinOperator::tanh, BuiltinOperator::reshape));
  EXPECT_EQ(net.at(0).inputs[0], x);
}

TEST(Optimize, NeedsOneReshapeOfTwo) {
  Net net;
  const auto x = net.input({kBatch, 2, 3});
  const auto shape = [&](std::vector<std::int32_t> sizes) {
    return net.graph.add_constant("shape", {static_cast<std::int64_t>(sizes.size())}, std::move(sizes));
  };
  const auto first = net.op(BuiltinOperator::reshape, {}, {x, shape({-1, 3, 2})}, {kBatch, 3, 2});
  const auto last = shape({-1, 6});
  EXPECT_THAT(net.optimized(net.op(BuiltinOperator::reshape, {}, {first, last}, {kBatch, 6})),
              ElementsAre(BuiltinOperator::reshape));
  EXPECT_THAT(net.at(0).inputs, ElementsAre(x, last));
}

TEST(Optimize, FoldsAShiftIntoWhatFollowsOnlyWhereNothingIsPadded) {
  for (const auto padding : {tflite::Padding::valid, tflite::Padding::same}) {
    Net net;
    const auto x = net.input(kPicture);
    const auto shifted = net.add(x, net.constant({}, {3}), kPicture);
    const auto weights = net.constant({1, 1, 1, 2}, {1, 2});
    const auto y =
        net.op(BuiltinOperator::conv_2d, tflite::Conv2dOptions{.padding = padding, .stride_w = 1, .stride_h = 1},
               {shifted, weights, net.constant({1}, {0.5F})}, {kBatch, 4, 4, 1});
    const auto codes = net.optimized(y);
    if (padding == tflite::Padding::valid) {
      EXPECT_THAT(codes, ElementsAre(BuiltinOperator::conv_2d));
      EXPECT_THAT(net.graph.floats(net.at(0).inputs[2]), ElementsAre(9.5F));
    } else {
      EXPECT_THAT(codes, ElementsAre(BuiltinOperator::add, BuiltinOperator::conv_2d));
    }
  }
}

TEST(Optimize, KeepsAConvolutionThatOthersReadToo) {
  Net net;
  const auto x = net.input({kBatch, 3});
  const auto sum = net.op(BuiltinOperator::fully_connected, tflite::FullyConnectedOptions{},
                          {x, net.constant({2, 3}, {1, 2, 3, 4, 5, 6}), -1}, {kBatch, 2});
  const auto scaled = net.mul(sum, net.constant({2}, {2, 3}), {kBatch, 2});
  net.graph.main().outputs = {sum, scaled};
  optimize(net.graph);
  EXPECT_EQ(net.graph.main().operators.size(), 2U);
  EXPECT_THAT(net.graph.floats(net.at(0).inputs[1]), ElementsAre(1, 2, 3, 4, 5, 6));
}

}  // namespace
}  // namespace mltk::quantize
