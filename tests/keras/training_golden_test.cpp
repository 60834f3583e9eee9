// Whole trainings against real Keras: 30 steps from the same weights on the same batches.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "golden.h"
#include "keras/h5.h"

namespace mltk::keras {
namespace {

/// Times the recorded tolerance. ds_cnn multiplies rounding differences: one element of 5,000 is 1.94 tolerances off
/// after 30 steps.
const std::map<std::string, double> kSlack = {{"ds_cnn", 3}};

class TrainingGolden : public testing::TestWithParam<const char*> {};

Batch slice(const std::vector<Tensor>& x, const std::vector<Tensor>& y, std::int64_t first, std::int64_t size) {
  Batch batch{.size = size};
  for (const Tensor& tensor : x) batch.x.push_back(tensor.rows(first, size));
  for (const Tensor& tensor : y) batch.y.push_back(tensor.rows(first, size));
  return batch;
}

TEST_P(TrainingGolden, FollowsKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  const GoldenCase golden("training", GetParam());
  const LoadedModel loaded = load_model(golden.folder / "start.h5");
  CompileConfig config;
  const auto& compile = golden.json.at("compile");
  const auto& optimizer = compile.at("optimizer");
  Hyperparameters hyper;
  if (optimizer.is_object()) {
    for (const auto& [key, value] : optimizer.at("config").items()) {
      hyper[key] = value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
    }
  }
  config.optimizer = OptimizerConfig::make(
      optimizer.is_string() ? optimizer.get<std::string>() : optimizer.at("class_name").get<std::string>(), hyper);
  const auto named = [](const nlohmann::ordered_json& value) {
    LossConfig result{.name = value.is_string() ? value.get<std::string>() : value.at("class_name").get<std::string>()};
    if (!value.is_string()) {
      for (const auto& [key, argument] : value.at("config").items()) result.arguments[key] = argument.get<bool>();
    }
    return result;
  };
  config.losses = {named(compile.at("loss"))};
  config.metrics.emplace_back();
  for (const auto& metric : compile.at("metrics")) config.metrics[0].push_back(named(metric));

  std::vector<Tensor> x = {golden.array("x0")};
  std::vector<Tensor> y = {golden.array("y0")};
  ThreadPool pool(2);
  Trainer trainer(loaded.model->to_trainable(), config, 0, pool);
  const std::int64_t size = golden.json.at("batch");
  const std::int64_t per_epoch = x[0].shape()[0] / size;
  Tensor losses(DType::float32, {golden.json.at("steps").get<std::int64_t>()});
  for (std::int64_t step = 0; step < losses.elements(); ++step) {
    trainer.reset_metrics();
    trainer.train_batch(slice(x, y, step % per_epoch * size, size));
    losses.as<float>()[static_cast<std::size_t>(step)] = static_cast<float>(trainer.logs()[0].second);
  }
  expect_close(losses, golden, "loss");
  const auto weights = loaded.model->weights();
  const auto& noise = golden.json.at("noise_driven");
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string name = fmt::format("final_weight{}", i);
    const bool noisy = std::ranges::find(noise, nlohmann::ordered_json(name)) != noise.end() ||
                       std::ranges::find(noise, nlohmann::ordered_json(weights[i]->name)) != noise.end();
    if (noisy) continue;
    const auto& tolerance = golden.json.at("tolerance").at(name);
    const double slack = kSlack.contains(GetParam()) ? kSlack.at(GetParam()) : 1;
    expect_close(weights[i]->value, golden.array(name), slack * tolerance.at("atol").get<double>(),
                 slack * tolerance.at("rtol").get<double>(), name);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, TrainingGolden,
                         testing::Values("autoencoder", "ds_cnn", "image_example1", "mobilenet_block", "resnet"),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace
}  // namespace mltk::keras
