#include "keras/model.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mltk::keras {
namespace {

TEST(Model, RejectsInputsThatAreNotGiven) {
  const auto no_seed = [] { return std::int64_t{0}; };
  const auto a = call_layer(std::make_shared<Layer>("InputLayer", "a", Json{{"input_shape", {3}}}), {}, no_seed);
  const auto b = call_layer(std::make_shared<Layer>("InputLayer", "b", Json{{"input_shape", {3}}}), {}, no_seed);
  const auto sum = call_layer(std::make_shared<Layer>("Add", "add", Json::object()), {a, b}, no_seed);
  EXPECT_THROW(Model("m", {a}, {sum}), Error);
  EXPECT_EQ(Model("m", {a, b}, {sum}).layers().size(), 3);
}

}  // namespace
}  // namespace mltk::keras
