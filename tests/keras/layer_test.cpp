#include "keras/layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "keras/model.h"

namespace mltk::keras {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const SourceLocation kLine{"spec.py", 12};

std::shared_ptr<SymbolicTensor> input(Shape shape) {
  Json dims = Json::array();
  for (std::size_t axis = 1; axis < shape.rank(); ++axis) dims.push_back(shape[axis]);
  return call_layer(std::make_shared<Layer>("InputLayer", "x", Json{{"input_shape", dims}}), {},
                    [] { return std::int64_t{0}; });
}

TEST(Layer, NamesFollowKeras) {
  EXPECT_EQ(snake_case("Conv2D"), "conv2d");
  EXPECT_EQ(snake_case("BatchNormalization"), "batch_normalization");
  EXPECT_EQ(snake_case("ReLU"), "re_lu");
  EXPECT_EQ(snake_case("GlobalAveragePooling2D"), "global_average_pooling2d");
  EXPECT_EQ(snake_case("DepthwiseConv2D"), "depthwise_conv2d");
  EXPECT_EQ(snake_case("ZeroPadding2D"), "zero_padding2d");
}

TEST(Layer, TellsLineArgumentAndRemedy) {
  EXPECT_THAT(
      [] { Layer("Conv2D", "c", Json{{"filters", 4}, {"kernel_sise", 3}, {"kernel_size", 3}}, kLine); },
      ThrowsMessage<Error>(HasSubstr("layer 'c' (Conv2D, spec.py:12): there is no argument 'kernel_sise' (did you mean "
                                     "'kernel_size'?)")));
  EXPECT_THAT([] { Layer("Conv2D", "c", Json{{"filters", 4}}, kLine); },
              ThrowsMessage<Error>(HasSubstr("the argument kernel_size is missing")));
  EXPECT_THAT([] { Layer("Dense", "d", Json{{"units", -1}}, kLine); },
              ThrowsMessage<Error>(HasSubstr("units=-1, expected a whole number >= 1")));
  EXPECT_THAT([] { Layer("Dense", "d", Json{{"units", 3}, {"activation", "softmx"}}, kLine); },
              ThrowsMessage<Error>(HasSubstr("activation 'softmx' is not supported")));
  EXPECT_THAT([] { find_layer("Conv2DD"); }, ThrowsMessage<Error>(HasSubstr("did you mean Conv2D")));
}

TEST(Layer, TellsWhichShapesDoNotFit) {
  const auto no_seed = [] { return std::int64_t{0}; };
  const auto conv = std::make_shared<Layer>("Conv2D", "c", Json{{"filters", 4}, {"kernel_size", 9}}, kLine);
  EXPECT_THAT(
      [&] { call_layer(conv, {input({kBatch, 5, 5, 1})}, no_seed); },
      ThrowsMessage<Error>(HasSubstr("layer 'c' (Conv2D, spec.py:12): a window of 9x9 does not fit into the input "
                                     "(None, 5, 5, 1)")));
  const auto add = std::make_shared<Layer>("Add", "add", Json::object(), kLine);
  EXPECT_THAT([&] { call_layer(add, {input({kBatch, 5}), input({kBatch, 4})}, no_seed); },
              ThrowsMessage<Error>(HasSubstr("shapes (None, 5) and (None, 4) do not fit together")));
}

}  // namespace
}  // namespace mltk::keras
