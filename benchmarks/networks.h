#pragma once

// The five networks of benchmarks/README.md, ready to train.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/philox.h"
#include "keras/model.h"
#include "train/trainer.h"

namespace mltk::benchmarks {

using keras::Json;
using keras::Layer;
using keras::SymbolicTensor;
using TensorPtr = std::shared_ptr<SymbolicTensor>;
using Clock = std::chrono::steady_clock;

/// Layers by the names and arguments of Keras.
class Builder {
 public:
  TensorPtr input(const Shape& shape) { return call("InputLayer", {{"input_shape", sizes(shape)}}, {}); }

  TensorPtr call(const std::string& name, const Json& arguments, std::vector<TensorPtr> inputs) {
    const auto layer = std::make_shared<Layer>(name, fmt::format("{}_{}", name, ++layers_), arguments);
    return keras::call_layer(layer, std::move(inputs), [this] { return ++seed_; });
  }

  TensorPtr conv(const TensorPtr& x, int filters, int height, int width, int stride, bool bias,
                 const char* padding = "same") {
    return call("Conv2D",
                {{"filters", filters},
                 {"kernel_size", {height, width}},
                 {"strides", {stride, stride}},
                 {"padding", padding},
                 {"use_bias", bias}},
                {x});
  }

  TensorPtr depthwise(const TensorPtr& x, int stride) {
    return call("DepthwiseConv2D",
                {{"kernel_size", {3, 3}}, {"strides", {stride, stride}}, {"padding", "same"}, {"use_bias", false}},
                {x});
  }

  TensorPtr normalize(const TensorPtr& x) { return call("BatchNormalization", Json::object(), {x}); }
  TensorPtr relu(const TensorPtr& x) { return call("Activation", {{"activation", "relu"}}, {x}); }
  TensorPtr normalize_relu(const TensorPtr& x) { return relu(normalize(x)); }
  TensorPtr average(const TensorPtr& x) { return call("AveragePooling2D", {{"pool_size", {2, 2}}}, {x}); }
  TensorPtr global_average(const TensorPtr& x) { return call("GlobalAveragePooling2D", Json::object(), {x}); }
  TensorPtr dense(const TensorPtr& x, int units, const char* activation) {
    return call("Dense", {{"units", units}, {"activation", activation}}, {x});
  }

 private:
  int layers_ = 0;
  std::int64_t seed_ = 0;

  static Json sizes(const Shape& shape) {
    Json result = Json::array();
    for (std::size_t i = 0; i < shape.rank(); ++i) result.push_back(shape[i]);
    return result;
  }
};

struct Network {
  Shape sample;
  std::int64_t batch;
  int classes;  ///< 0: the labels are the inputs
  TensorPtr (*build)(Builder& b, const TensorPtr& input);
};

inline TensorPtr image_example(Builder& b, const TensorPtr& input) {
  TensorPtr x = b.average(b.relu(b.conv(input, 24, 3, 3, 2, true)));
  x = b.relu(b.conv(x, 16, 3, 3, 2, true, "valid"));
  x = b.average(b.normalize_relu(b.conv(x, 24, 3, 3, 1, true, "valid")));
  return b.dense(b.call("Flatten", Json::object(), {x}), 3, "softmax");
}

inline TensorPtr ds_cnn(Builder& b, const TensorPtr& input) {
  TensorPtr x = b.normalize_relu(b.conv(input, 64, 10, 4, 2, false));
  for (int i = 0; i < 4; ++i) {
    x = b.normalize_relu(b.depthwise(x, 1));
    x = b.normalize_relu(b.conv(x, 64, 1, 1, 1, false));
  }
  return b.dense(b.global_average(x), 12, "softmax");
}

inline TensorPtr resnet(Builder& b, const TensorPtr& input) {
  TensorPtr x = b.normalize_relu(b.conv(input, 16, 3, 3, 1, false));
  for (const int filters : {16, 32, 64}) {
    const int stride = filters == 16 ? 1 : 2;
    TensorPtr y = b.normalize_relu(b.conv(x, filters, 3, 3, stride, false));
    y = b.normalize(b.conv(y, filters, 3, 3, 1, false));
    if (stride == 2) x = b.conv(x, filters, 1, 1, 2, true);
    x = b.relu(b.call("Add", Json::object(), {x, y}));
  }
  return b.dense(b.global_average(x), 10, "softmax");
}

inline TensorPtr auto_encoder(Builder& b, const TensorPtr& input) {
  TensorPtr x = input;
  for (const int units : {128, 128, 128, 128, 8, 128, 128, 128, 128}) {
    x = b.normalize_relu(b.dense(x, units, "linear"));
  }
  return b.dense(x, 640, "linear");
}

inline TensorPtr mobile_net(Builder& b, const TensorPtr& input) {
  TensorPtr x = b.normalize_relu(b.conv(input, 8, 3, 3, 2, false));
  const std::pair<int, int> blocks[] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                                        {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
  for (const auto& [filters, stride] : blocks) {
    x = b.normalize_relu(b.depthwise(x, stride));
    x = b.normalize_relu(b.conv(x, filters, 1, 1, 1, false));
  }
  return b.dense(b.global_average(x), 2, "softmax");
}

inline const std::map<std::string, Network, std::less<>>& networks() {
  static const std::map<std::string, Network, std::less<>> all = {
      {"N1", {{96, 96, 1}, 32, 3, image_example}}, {"N2", {{49, 10, 1}, 100, 12, ds_cnn}},
      {"N3", {{32, 32, 3}, 32, 10, resnet}},       {"N4", {{640}, 512, 0, auto_encoder}},
      {"N5", {{96, 96, 3}, 50, 2, mobile_net}},
  };
  return all;
}

inline Tensor random_samples(const Network& network) {
  std::vector<std::int64_t> sizes = {network.batch};
  for (std::size_t i = 0; i < network.sample.rank(); ++i) sizes.push_back(network.sample[i]);
  Tensor x(DType::float32, Shape(std::move(sizes)));
  Rng rng(42);
  for (float& value : x.as<float>()) value = static_cast<float>(rng.uniform(-1.0, 1.0));
  return x;
}

inline Tensor labels(const Network& network) {
  Tensor y(DType::float32, {network.batch, network.classes});
  for (std::int64_t i = 0; i < network.batch; ++i) {
    y.as<float>()[static_cast<std::size_t>(i * network.classes + i % network.classes)] = 1;
  }
  return y;
}

/// A network that trains.
class Job {
 public:
  Job(const Network& network, int threads) : pool_(threads) {
    Builder builder;
    const TensorPtr input = builder.input(network.sample);
    const keras::Model model("network", {input}, {network.build(builder, input)});
    const Tensor x = random_samples(network);
    batch_ = {.x = {x}, .y = {network.classes == 0 ? x : labels(network)}, .size = network.batch};
    CompileConfig config{.optimizer = OptimizerConfig::make("Adam")};
    config.losses = {{.name = network.classes == 0 ? "mean_squared_error" : "categorical_crossentropy"}};
    trainer_.emplace(model.to_trainable(), std::move(config), 1, pool_);
  }

  double milliseconds_of_step() {
    const Clock::time_point start = Clock::now();
    trainer_->train_batch(batch_);
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  struct Times {
    double median, fastest;
  };
  Times milliseconds(double seconds) {
    for (int i = 0; i < 2; ++i) milliseconds_of_step();
    std::vector<double> times;
    for (double total = 0; total < seconds * 1000 || times.size() < 3; total += times.back()) {
      times.push_back(milliseconds_of_step());
    }
    std::ranges::sort(times);
    return {times[times.size() / 2], times.front()};
  }

  Trainer& trainer() { return *trainer_; }

 private:
  ThreadPool pool_;
  Batch batch_;
  std::optional<Trainer> trainer_;
};

}  // namespace mltk::benchmarks
