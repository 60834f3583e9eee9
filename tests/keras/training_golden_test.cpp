// Whole trainings against real Keras: 30 steps from the same weights on the same batches.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "golden.h"
#include "keras/files.h"

namespace mltk::keras {
namespace {

class TrainingGolden : public testing::TestWithParam<const char*> {};

Batch slice(const std::vector<Tensor>& x, const std::vector<Tensor>& y, std::int64_t first, std::int64_t size) {
  Batch batch{.size = size};
  for (const Tensor& tensor : x) batch.x.push_back(tensor.rows(first, size));
  for (const Tensor& tensor : y) batch.y.push_back(tensor.rows(first, size));
  return batch;
}

using Spec = nlohmann::ordered_json;

OptimizerConfig optimizer_of(const Spec& spec, bool legacy) {
  if (spec.is_string()) return OptimizerConfig::make(spec.get<std::string>(), {}, legacy);
  Hyperparameters hyper;
  std::optional<Schedule> schedule;
  for (const auto& [key, value] : spec.at("config").items()) {
    if (value.is_object()) {
      schedule = Schedule::make(value.at("class_name").get<std::string>(), value.at("config"));
    } else {
      hyper[key] = value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
    }
  }
  OptimizerConfig config = OptimizerConfig::make(spec.at("class_name").get<std::string>(), hyper, legacy);
  config.schedule = schedule;
  return config;
}

LossConfig named(const Spec& spec) {
  if (spec.is_string()) return {.name = spec.get<std::string>()};
  return {.name = spec.at("class_name").get<std::string>(), .arguments = spec.at("config")};
}

/// One entry for each output.
std::vector<Spec> per_output(const Spec& spec, std::size_t outputs) {
  if (outputs == 1) return {spec};
  return spec.get<std::vector<Spec>>();
}

CompileConfig compile_config(const GoldenCase& golden, std::size_t outputs) {
  const Spec& compile = golden.json.at("compile");
  CompileConfig config{.optimizer =
                           optimizer_of(compile.at("optimizer"), golden.json.at("legacy_optimizer").get<bool>())};
  for (const Spec& loss : per_output(compile.at("loss"), outputs)) config.losses.push_back(named(loss));
  if (compile.contains("loss_weights")) config.loss_weights = compile.at("loss_weights").get<std::vector<double>>();
  for (const Spec& group : per_output(compile.at("metrics"), outputs)) {
    auto& metrics = config.metrics.emplace_back();
    for (const Spec& metric : group) metrics.push_back(named(metric));
  }
  for (const Spec& metric : compile.value("weighted_metrics", Spec::array())) {
    LossConfig weighted = named(metric);
    weighted.weighted = true;
    config.metrics[0].push_back(weighted);
  }
  return config;
}

std::vector<Tensor> arrays_of(const GoldenCase& golden, std::string_view name) {
  std::vector<Tensor> arrays;
  for (int i = 0; golden.has(fmt::format("{}{}", name, i)); ++i) {
    arrays.push_back(golden.array(fmt::format("{}{}", name, i)));
  }
  return arrays;
}

/// Losses and metrics of each step in the order of the logs.
std::vector<std::vector<float>> train(const GoldenCase& golden, Trainer& trainer) {
  const std::vector<Tensor> x = arrays_of(golden, "x");
  const std::vector<Tensor> y = arrays_of(golden, "y");
  const std::int64_t size = golden.json.at("batch");
  const std::int64_t per_epoch = x[0].shape()[0] / size;
  if (golden.json.at("class_weight").is_object()) {
    std::vector<double> weights;
    for (const auto& [_, weight] : golden.json.at("class_weight").items()) weights.push_back(weight.get<double>());
    trainer.set_class_weights(weights);
  }
  std::vector<std::vector<float>> logs;
  for (std::int64_t step = 0; step < golden.json.at("steps").get<std::int64_t>(); ++step) {
    const std::int64_t first = step % per_epoch * size;
    Batch batch = slice(x, y, first, size);
    if (golden.has("sample_weight")) batch.sample_weight = golden.array("sample_weight").rows(first, size);
    trainer.reset_metrics();
    trainer.train_batch(batch);
    const Logs values = trainer.logs();
    logs.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) logs[i].push_back(static_cast<float>(values[i].second));
  }
  return logs;
}

TEST_P(TrainingGolden, FollowsKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  const GoldenCase golden("training", GetParam());
  const LoadedModel loaded = load_model(golden.folder / "start.h5");
  ThreadPool pool(2);
  Trainer trainer(loaded.model->to_trainable(), compile_config(golden, loaded.model->outputs().size()), 0, pool);
  const auto logs = train(golden, trainer);
  const auto as_tensor = [](const std::vector<float>& values) {
    return Tensor(Shape{static_cast<std::int64_t>(values.size())}, std::span<const float>(values));
  };
  expect_close(as_tensor(logs[0]), golden, "loss");
  std::size_t next = 1;
  for (const auto& [name, _] : golden.json.at("arrays").items()) {
    if (name.starts_with("metric_")) expect_close(as_tensor(logs[next++]), golden, name);
  }
  EXPECT_EQ(next, logs.size());

  const auto weights = loaded.model->weights();
  const auto& noise = golden.json.at("noise_driven");
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string name = fmt::format("final_weight{}", i);
    const bool noisy = std::ranges::find(noise, nlohmann::ordered_json(name)) != noise.end() ||
                       std::ranges::find(noise, nlohmann::ordered_json(weights[i]->name)) != noise.end();
    if (noisy) continue;
    expect_close(weights[i]->value, golden, name);
  }
}

// siamese_contrastive is in tests/python: its loss is a class of a specification, written in Python.
INSTANTIATE_TEST_SUITE_P(Networks, TrainingGolden,
                         testing::Values("autoencoder", "conv1d_class_weight", "ds_cnn", "embedding_bigru",
                                         "image_example1", "lstm_classifier", "mlp_legacy_adam", "mobilenet_block",
                                         "resnet", "tenet_schedule", "two_heads_sample_weight"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(TrainingCases, NoOtherNetworkIsLeftOut) {
  MLTK_NEEDS_GOLDEN_DATA();
  EXPECT_EQ(golden_cases("training").size(), 12U);
}

}  // namespace
}  // namespace mltk::keras
