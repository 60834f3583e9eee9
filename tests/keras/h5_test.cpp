#include "keras/h5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "golden.h"

namespace mltk::keras {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<Model> small_model() {
  const auto no_seed = [] { return std::int64_t{3}; };
  const auto input = std::make_shared<Layer>("InputLayer", "x", Json{{"input_shape", {6, 6, 1}}});
  auto tensor = call_layer(input, {}, no_seed);
  const std::vector inputs = {tensor};
  tensor = call_layer(std::make_shared<Layer>("Conv2D", "conv2d", Json{{"filters", 4}, {"kernel_size", 3}}), {tensor},
                      no_seed);
  tensor = call_layer(std::make_shared<Layer>("BatchNormalization", "bn", Json::object()), {tensor}, no_seed);
  tensor = call_layer(std::make_shared<Layer>("Flatten", "flatten", Json::object()), {tensor}, no_seed);
  tensor = call_layer(std::make_shared<Layer>("Dense", "dense", Json{{"units", 3}, {"activation", "softmax"}}),
                      {tensor}, no_seed);
  return std::make_shared<Model>("small", inputs, std::vector{tensor}, true);
}

TEST(H5, KeepsConfigurationAndWeights) {
  const auto path = fs::path(testing::TempDir()) / "small.h5";
  const auto model = small_model();
  save_model(path, *model);
  const LoadedModel loaded = load_model(path);
  EXPECT_EQ(loaded.model->config(), model->config());
  ASSERT_EQ(loaded.model->weights().size(), model->weights().size());
  for (std::size_t i = 0; i < model->weights().size(); ++i) {
    EXPECT_EQ(loaded.model->weights()[i]->value, model->weights()[i]->value);
    EXPECT_EQ(loaded.model->weights()[i]->name, model->weights()[i]->name);
  }
}

TEST(H5, HasTheSameBytesEachTime) {
  const auto folder = fs::path(testing::TempDir());
  save_model(folder / "a.h5", *small_model());
  save_model(folder / "b.h5", *small_model());
  EXPECT_EQ(read_file(folder / "a.h5"), read_file(folder / "b.h5"));
}

/// Models that cannot be read, and why.
const std::map<std::string, std::string> kAbsent = {
    {"fixed_batch_lstm", "stateful"},
};

TEST(H5, ReadsTheModelsOfKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("h5")) {
    const GoldenCase golden("h5", name);
    if (kAbsent.contains(name)) continue;
    SCOPED_TRACE(name);
    const LoadedModel loaded = load_model(golden.folder / "model.h5");
    std::vector<std::string> names;
    for (std::size_t i = 0; i < loaded.model->weights().size(); ++i) {
      names.push_back(loaded.model->weights()[i]->name);
      EXPECT_EQ(loaded.model->weights()[i]->value, golden.array(fmt::format("weight{}", i))) << names.back();
    }
    EXPECT_EQ(names, golden.json.at("weight_names").get<std::vector<std::string>>());
    ++tested;
  }
  EXPECT_EQ(tested, 14 - static_cast<int>(kAbsent.size()));
}

TEST(H5, OptimizerWeightsStandInKerasOrder) {
  MLTK_NEEDS_GOLDEN_DATA();
  const GoldenCase golden("h5", "sequential_adam");
  const LoadedModel loaded = load_model(golden.folder / "model.h5");
  CompileConfig config{.optimizer = OptimizerConfig::make("Adam"), .losses = {{.name = "mse"}}};
  ThreadPool pool(1);
  const Trainer trainer(loaded.model->to_trainable(), config, 0, pool);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : trainer.optimizer_weights()) names.push_back(name);
  EXPECT_EQ(names, golden.json.at("optimizer_variables").get<std::vector<std::string>>());
}

TEST(H5, TellsWhatIsWrongWithAFile) {
  const auto folder = fs::path(testing::TempDir());
  write_file(folder / "text.h5", "not HDF5");
  EXPECT_THAT([&] { load_model(folder / "text.h5"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("not a readable HDF5 file")));
  save_weights(folder / "weights.h5", *small_model());
  EXPECT_THAT([&] { load_model(folder / "weights.h5"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("weights alone")));
  EXPECT_THAT([&] { load_model(folder / "absent.h5"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no such file")));
}

TEST(H5, KeepsTheStateOfATraining) {
  TrainingState state{.epoch = 3, .batch_in_epoch = 2, .iteration = 77, .learning_rate = 0.1 + 0.2};
  state.tensors.emplace_back("w", Tensor({2}, {1.0F, -2.0F}));
  state.extra = {{"callbacks", {{{"best", 0.1}}, nullptr}}};
  const auto path = fs::path(testing::TempDir()) / "state.h5";
  save_state(path, state);
  const TrainingState loaded = load_state(path);
  EXPECT_EQ(loaded.epoch, 3);
  EXPECT_EQ(loaded.learning_rate, state.learning_rate);
  EXPECT_EQ(loaded.tensors, state.tensors);
  EXPECT_EQ(loaded.extra, state.extra);
}

}  // namespace
}  // namespace mltk::keras
