// Optimizers against real Keras: 20 updates of three variables, and the slots after them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "train/optimizer.h"

namespace mltk {
namespace {

/// Null when Keras' settings are ones that this version refuses (clipping, weight decay, moving averages).
std::optional<OptimizerConfig> config_of(const GoldenCase& golden) {
  if (!golden.json.contains("optimizer") || golden.json.at("legacy").get<bool>() || !golden.json.at("sparse").empty()) {
    return std::nullopt;
  }
  Hyperparameters hyper;
  for (const auto& [name, value] : golden.json.at("optimizer").at("config").items()) {
    if (!value.is_number() && !value.is_boolean()) return std::nullopt;  // a schedule
    hyper[name] = value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
  }
  try {
    return OptimizerConfig::make(golden.json.at("optimizer").at("class_name").get<std::string>(), hyper);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void follow(const GoldenCase& golden, const OptimizerConfig& config, int variable) {
  Tensor weight = golden.array(fmt::format("start{}", variable));
  const Tensor gradients = golden.array(fmt::format("grad{}", variable));
  const Tensor expected = golden.array(fmt::format("param{}", variable));
  const auto size = static_cast<std::size_t>(weight.elements());
  const std::size_t steps = gradients.as<float>().size() / size;
  std::vector<std::vector<float>> slots(config.def->slots(config.hyper).size(), std::vector<float>(size));
  std::vector<std::span<float>> spans(slots.begin(), slots.end());
  Tensor actual(DType::float32, expected.shape());
  for (std::size_t step = 0; step < steps; ++step) {
    config.def->update({.weight = weight.as<float>(),
                        .gradient = gradients.as<float>().subspan(step * size, size),
                        .slots = spans,
                        .learning_rate = config.hyper.at("learning_rate"),
                        .iteration = static_cast<std::int64_t>(step) + 1,
                        .hyper = &config.hyper});
    std::ranges::copy(weight.as<float>(), actual.as<float>().begin() + static_cast<std::ptrdiff_t>(step * size));
  }
  expect_close(actual, golden, fmt::format("param{}", variable));
}

TEST(OptimizerGolden, FollowsKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::vector<std::string> tested;
  for (const std::string& name : golden_cases("optimizers")) {
    const GoldenCase golden("optimizers", name);
    const auto config = config_of(golden);
    if (!config) continue;
    SCOPED_TRACE(name);
    for (int variable = 0; golden.has(fmt::format("start{}", variable)); ++variable) follow(golden, *config, variable);
    tested.push_back(name);
  }
  EXPECT_THAT(tested,
              testing::IsSupersetOf({"adam", "adam_amsgrad", "adam_betas", "adam_eps1e8", "rmsprop", "rmsprop_centered",
                                     "rmsprop_momentum", "sgd", "sgd_momentum", "sgd_nesterov"}))
      << fmt::format("{}", fmt::join(tested, " "));
}

}  // namespace
}  // namespace mltk
