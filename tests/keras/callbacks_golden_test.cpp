// Callbacks against real Keras: the same logs give the same decisions.

#include <gtest/gtest.h>

#include "golden.h"
#include "keras/model.h"
#include "train/fit.h"

namespace mltk::keras {
namespace {

/// A model of one weight, which holds the number of the epoch.
Trainer make_trainer(ThreadPool& pool, double learning_rate) {
  const auto no_seed = [] { return std::int64_t{0}; };
  const auto input = call_layer(std::make_shared<Layer>("InputLayer", "x", Json{{"input_shape", {1}}}), {}, no_seed);
  const auto dense = std::make_shared<Layer>("Dense", "dense", Json{{"units", 1}, {"use_bias", false}});
  const auto output = call_layer(dense, {input}, no_seed);
  CompileConfig config;
  config.optimizer = OptimizerConfig::make("SGD", {{"learning_rate", learning_rate}});
  config.losses = {{.name = "mse"}};
  return Trainer(Model("m", {input}, {output}).to_trainable(), config, 0, pool);
}

class RecordedModel : public TrainedModel {
 public:
  std::vector<std::string> written;
  void save_weights(const std::filesystem::path& path) override { written.push_back(path.filename().string()); }
  void save(const std::filesystem::path& path) override { save_weights(path); }
};

/// JSON has no NaN: it is text.
double number(const nlohmann::ordered_json& value) { return value.is_number() ? value.get<double>() : std::nan(""); }

void follow(const GoldenCase& golden) {
  std::vector<std::unique_ptr<Callback>> callbacks;
  for (const auto& entry : golden.json.at("callbacks")) {
    callbacks.push_back(make_callback(entry.at("class_name").get<std::string>(), nlohmann::json(entry.at("config"))));
  }
  ThreadPool pool(1);
  Trainer trainer = make_trainer(pool, golden.json.at("initial_lr"));
  RecordedModel model;
  FitContext context{.trainer = trainer, .model = model};
  const auto weight = trainer.model().variables.at(0);
  Tensor rates(DType::float32, golden.array("lr_after").shape());
  std::int64_t epoch = 0;
  for (const auto& callback : callbacks) callback->on_train_begin(context);
  for (const auto& entry : golden.json.at("logs")) {
    SCOPED_TRACE(epoch);
    for (const auto& callback : callbacks) callback->on_epoch_begin(context, epoch);
    weight->value.as<float>()[0] = static_cast<float>(epoch);
    Logs logs;
    for (const auto& [name, value] : entry.items()) {
      if (name != "batches") logs.emplace_back(name, number(value));
    }
    model.written.clear();
    for (const auto& loss : entry.value("batches", nlohmann::ordered_json::array())) {
      for (const auto& callback : callbacks) callback->on_train_batch_end(context, 0, {{"loss", number(loss)}});
    }
    for (const auto& callback : callbacks) callback->on_epoch_end(context, epoch, logs);
    const auto at = static_cast<std::size_t>(epoch);
    rates.as<float>()[at] = static_cast<float>(trainer.learning_rate());
    EXPECT_EQ(model.written, golden.json.at("files_written").at(at).get<std::vector<std::string>>());
    EXPECT_EQ(context.stop_training, epoch == golden.json.at("stopped_after_epoch").get<std::int64_t>());
    ++epoch;
  }
  for (const auto& callback : callbacks) callback->on_train_end(context);
  expect_close(rates, golden, "lr_after");
  EXPECT_EQ(weight->value.as<float>()[0], golden.json.at("weights_of_epoch").get<float>());
}

TEST(CallbacksGolden, DecideAsKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("callbacks")) {
    const GoldenCase golden("callbacks", name);
    // Schedules are functions of the specification. A metric that is never there is refused before the first epoch.
    if (name.starts_with("schedule") || name == "plateau_missing_metric") continue;
    SCOPED_TRACE(name);
    follow(golden);
    ++tested;
  }
  EXPECT_EQ(tested, 26);
}

}  // namespace
}  // namespace mltk::keras
