#include "keras/keras_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/zip.h"
#include "keras/keras_3.h"

namespace mltk::keras {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const auto path = fs::path(testing::TempDir()) / "mltk_keras_file";
  fs::create_directories(path);
  return path;
}

/// Two layers of a class, and one whose weights are those of layers inside.
std::shared_ptr<Model> model_with(std::int64_t units, std::int64_t seed = 3) {
  const auto next_seed = [&] { return seed; };
  const auto layer = [](const char* type, const char* name, const Json& arguments) {
    return std::make_shared<Layer>(type, name, arguments);
  };
  const auto input = call_layer(layer("InputLayer", "x", {{"input_shape", {4, 3}}}), {}, next_seed);
  auto tensor = call_layer(layer("Dense", "before", {{"units", units}}), {input}, next_seed);
  const Json lstm = {{"class_name", "LSTM"}, {"config", {{"name", "lstm"}, {"units", 2}}}};
  tensor = call_layer(layer("Bidirectional", "both", {{"layer", lstm}}), {tensor}, next_seed);
  tensor = call_layer(layer("Dense", "after", {{"units", 2}}), {tensor}, next_seed);
  return std::make_shared<Model>("small", std::vector{input}, std::vector{tensor}, true);
}

TEST(KerasFile, NamesOwnersAsKerasDoes) {
  std::vector<std::string> paths;
  for (const StateEntry& entry : model_with(3)->state()) paths.push_back(entry.path);
  EXPECT_THAT(paths, testing::ElementsAre("layers/dense", "layers/bidirectional/forward_layer/cell",
                                          "layers/bidirectional/backward_layer/cell", "layers/dense_1"));
}

TEST(KerasFile, KeepsConfigurationAndWeights) {
  const auto path = folder() / "kept.keras";
  const auto model = model_with(3);
  save_model(path, *model);
  const LoadedModel loaded = load_model(path);
  EXPECT_EQ(loaded.model->config(), model->config());
  EXPECT_TRUE(loaded.training_config.is_null());
  ASSERT_EQ(loaded.model->weights().size(), model->weights().size());
  for (std::size_t i = 0; i < model->weights().size(); ++i) {
    EXPECT_EQ(loaded.model->weights()[i]->value, model->weights()[i]->value);
  }
}

TEST(KerasFile, WeightsAloneFitByPlace) {
  const auto path = folder() / "alone.weights.h5";
  save_weights(path, *model_with(3));
  const auto model = model_with(3, 8);
  load_weights(path, *model);
  EXPECT_EQ(model->weights()[0]->value, model_with(3)->weights()[0]->value);
  EXPECT_THROW(load_weights(path, *model, true), Error);
  const auto other = model_with(5);
  EXPECT_THAT([&] { load_weights(path, *other); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("'layers/dense/vars/0' is (3, 3)")));
  load_weights(path, *other, false, true);
  EXPECT_EQ(other->weights().back()->value, model_with(3)->weights().back()->value);
}

TEST(KerasFile, RejectsWhatIsDamaged) {
  const auto path = folder() / "damaged.keras";
  save_model(path, *model_with(3));
  const auto whole = read_file(path);
  for (const std::size_t size : {std::size_t{0}, whole.size() / 2, whole.size() - 30}) {
    write_file(path, std::span(whole).first(size));
    EXPECT_THROW(load_model(path), Error) << size;
  }
  const auto write = [&](std::string config, std::vector<std::uint8_t> weights) {
    const std::string metadata = R"({"keras_version": "2.15.0"})";
    write_file(path, make_zip(std::vector<ZipMember>{{"metadata.json", {metadata.begin(), metadata.end()}},
                                                     {"config.json", {config.begin(), config.end()}},
                                                     {"model.weights.h5", std::move(weights)}}));
  };
  save_weights(folder() / "good.weights.h5", *model_with(3));
  const auto weights = read_file(folder() / "good.weights.h5");
  for (const char* config :
       {"", "{", "[]", "7", "{}", R"({"class_name": "Sequential"})", R"({"class_name": "Sequential", "config": 3})",
        R"({"class_name": "Model", "config": {"layers": [{}], "input_layers": [], "output_layers": []}})"}) {
    write(config, weights);
    EXPECT_THROW(load_model(path), Error) << config;
  }
  write(to_python_json(model_with(3)->description()), {1, 2, 3});
  EXPECT_THROW(load_model(path), Error);
}

TEST(Keras3, ConnectionsBecomeThoseOfKeras2) {
  const auto tensor = [](const char* layer) {
    return Json{{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {layer, 0, 0}}}}};
  };
  const Json model = {
      {"class_name", "Functional"},
      {"config",
       {{"name", "m"},
        {"layers",
         {{{"class_name", "InputLayer"},
           {"config", {{"name", "x"}, {"batch_shape", {nullptr, 4}}}},
           {"name", "x"},
           {"inbound_nodes", Json::array()}},
          {{"class_name", "Sequential"},
           {"config", {{"name", "part"}, {"layers", Json::array()}}},
           {"name", "part"},
           {"inbound_nodes", {{{"args", {tensor("x")}}, {"kwargs", Json::object()}}}}},
          {{"class_name", "Add"},
           {"config", {{"name", "add"}, {"dtype", {{"class_name", "DTypePolicy"}, {"config", {{"name", "float32"}}}}}}},
           {"name", "add"},
           {"inbound_nodes", {{{"args", {{tensor("x"), tensor("part")}}}, {"kwargs", Json::object()}}}}}}},
        {"input_layers", {"x", 0, 0}},
        {"output_layers", {{"part", 0, 0}}}}}};
  const Json config = to_keras_2(model).at("config");
  EXPECT_EQ(config["layers"][0]["config"]["batch_input_shape"], Json({nullptr, 4}));
  EXPECT_EQ(config["layers"][2]["config"]["dtype"], "float32");
  EXPECT_EQ(config["layers"][2]["inbound_nodes"].dump(), R"([[["x",0,0,{}],["part",1,0,{}]]])");
  EXPECT_EQ(config["input_layers"].dump(), R"([["x",0,0]])");
  EXPECT_EQ(config["output_layers"].dump(), R"([["part",1,0]])");
}

}  // namespace
}  // namespace mltk::keras
