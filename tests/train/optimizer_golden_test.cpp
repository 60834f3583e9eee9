// Optimizers against real Keras: 20 updates of the variables and the slots after them; schedules as tables.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "golden.h"
#include "train/optimizer.h"

namespace mltk {
namespace {

/// Cases that stay out, and why.
const std::map<std::string, std::string> kAbsent = {
    {"adamax_sparse_legacy", "updates only the rows that a batch looks up; gradients are dense here"},
    {"nadam_sparse_legacy", "updates only the rows that a batch looks up; gradients are dense here"},
    {"sgd_momentum_sparse_legacy", "updates only the rows that a batch looks up; gradients are dense here"},
};

OptimizerConfig config_of(const GoldenCase& golden) {
  Hyperparameters hyper;
  std::optional<Schedule> schedule;
  const auto& spec = golden.json.at("optimizer");
  for (const auto& [name, value] : spec.at("config").items()) {
    if (value.is_object()) {
      schedule = Schedule::make(value.at("class_name").get<std::string>(), value.at("config"));
    } else {
      hyper[name] = value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
    }
  }
  OptimizerConfig config =
      OptimizerConfig::make(spec.at("class_name").get<std::string>(), hyper, golden.json.at("legacy").get<bool>());
  config.schedule = schedule;
  return config;
}

/// The gradient of one step; that of a look-up is summed up by rows.
std::vector<float> gradient_of(const GoldenCase& golden, int variable, std::size_t step, const Tensor& weight) {
  const Tensor all = golden.array(fmt::format("grad{}", variable));
  const auto steps = static_cast<std::size_t>(all.shape()[0]);
  const std::size_t size = all.as<float>().size() / steps;
  const auto values = all.as<float>().subspan(step * size, size);
  const std::string index = fmt::format("index{}", variable);
  if (!golden.has(index)) return {values.begin(), values.end()};
  const Tensor rows = golden.array(index);
  const auto lookups = static_cast<std::size_t>(rows.shape()[1]);
  const std::size_t width = size / lookups;
  std::vector<float> dense(weight.as<float>().size());
  for (std::size_t k = 0; k < lookups; ++k) {
    const auto row = static_cast<std::size_t>(rows.as<std::int32_t>()[step * lookups + k]);
    for (std::size_t i = 0; i < width; ++i) dense[row * width + i] += values[k * width + i];
  }
  return dense;
}

void follow(const GoldenCase& golden) {
  std::vector<std::shared_ptr<Variable>> variables;
  std::vector<Tensor> actual;
  for (int v = 0; golden.has(fmt::format("start{}", v)); ++v) {
    variables.push_back(std::make_shared<Variable>(fmt::format("v{}:0", v), golden.array(fmt::format("start{}", v))));
    actual.emplace_back(DType::float32, golden.array(fmt::format("param{}", v)).shape());
  }
  Optimizer optimizer(config_of(golden), variables);
  ThreadPool pool(2);
  for (std::size_t step = 0; step < golden.json.at("steps").get<std::size_t>(); ++step) {
    std::vector<std::vector<float>> gradients;
    for (std::size_t v = 0; v < variables.size(); ++v) {
      gradients.push_back(gradient_of(golden, static_cast<int>(v), step, variables[v]->value));
    }
    optimizer.apply(std::vector<std::span<const float>>(gradients.begin(), gradients.end()), pool);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const auto weight = variables[v]->value.as<float>();
      std::ranges::copy(weight, actual[v].as<float>().begin() + static_cast<std::ptrdiff_t>(step * weight.size()));
    }
  }
  for (std::size_t v = 0; v < variables.size(); ++v) expect_close(actual[v], golden, fmt::format("param{}", v));

  std::vector<std::string> names = {optimizer.iteration_name()};
  for (const auto& [name, slot] : optimizer.slots()) {
    // The names of new optimizers begin with the optimizer only in files.
    names.push_back(golden.json.at("legacy").get<bool>() ? name : name.substr(name.find('/') + 1));
  }
  auto expected = golden.json.at("slots").get<std::vector<std::string>>();
  std::erase(expected, "Nadam/momentum_cache:0");  // follows from the iteration
  EXPECT_EQ(names, expected);

  optimizer.finish();
  for (std::size_t v = 0; v < variables.size(); ++v) {
    const std::string final_name = fmt::format("final{}", v);
    if (golden.has(final_name)) expect_close(variables[v]->value, golden, final_name);
  }
}

void follow_schedule(const GoldenCase& golden) {
  const auto& spec = golden.json.at("schedule");
  const Schedule schedule = Schedule::make(spec.at("class_name").get<std::string>(), spec.at("config"));
  const Tensor steps = golden.array("step");
  Tensor rates(DType::float32, steps.shape());
  for (std::size_t i = 0; i < rates.as<float>().size(); ++i) {
    rates.as<float>()[i] = schedule.rate(steps.as<std::int32_t>()[i]);
  }
  expect_close(rates, golden, "rate");
}

TEST(OptimizerGolden, FollowsKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::size_t absent = 0;
  std::size_t tested = 0;
  for (const std::string& name : golden_cases("optimizers")) {
    if (kAbsent.contains(name)) {
      ++absent;
      continue;
    }
    SCOPED_TRACE(name);
    const GoldenCase golden("optimizers", name);
    if (golden.json.contains("schedule")) {
      follow_schedule(golden);
    } else {
      follow(golden);
    }
    ++tested;
  }
  EXPECT_EQ(absent, kAbsent.size());
  EXPECT_GE(tested, 88U);
}

TEST(Optimizer, RefusesWhatKerasRefuses) {
  EXPECT_THROW(OptimizerConfig::make("Adam", {{"clipnorm", 1}, {"clipvalue", 1}}), Error);
  EXPECT_THROW(OptimizerConfig::make("Adam", {{"decay", 0.1}}), Error);
  EXPECT_THROW(OptimizerConfig::make("Lion", {}, true), Error);
  EXPECT_THROW(Schedule::make("ExponentialDecay", {{"initial_learning_rate", 0.1}}), Error);
  EXPECT_THROW(Schedule::make("PiecewiseConstantDecay", {{"boundaries", {1}}, {"values", {1}}}), Error);
  OptimizerConfig config = OptimizerConfig::make("SGD");
  config.schedule =
      Schedule::make("ExponentialDecay", {{"initial_learning_rate", 0.5}, {"decay_steps", 10}, {"decay_rate", 0.5}});
  Optimizer optimizer(config, {});
  EXPECT_EQ(optimizer.learning_rate(), 0.5);
  EXPECT_THROW(optimizer.set_learning_rate(0.1), Error);
}

TEST(Optimizer, AppliesConstraintsAfterEachUpdate) {
  auto variable = std::make_shared<Variable>("w:0", Tensor({2}, {1.0F, -1.0F}));
  variable->constraint = [](Tensor& value) {
    for (float& element : value.as<float>()) element = std::max(element, 0.0F);
  };
  Optimizer optimizer(OptimizerConfig::make("SGD", {{"learning_rate", 1}}), {variable});
  ThreadPool pool(1);
  const std::vector<float> gradient = {0.25F, 0.25F};
  optimizer.apply(std::vector<std::span<const float>>{gradient}, pool);
  EXPECT_THAT(variable->value.as<float>(), testing::ElementsAre(0.75F, 0.0F));
}

}  // namespace
}  // namespace mltk
