// A step of fit(): data from memory, the plan, metrics, clipping, the optimizer.

#include "train/fit.h"

#include <gtest/gtest.h>

#include "allocations.h"
#include "data/array_source.h"
#include "graph/ops/add.h"
#include "graph/ops/matmul.h"
#include "graph/ops/relu.h"
#include "graph/ops/softmax.h"
#include "run_graph.h"

namespace mltk {
namespace {

std::shared_ptr<Variable> make_variable(const std::string& name, Shape shape, std::uint64_t seed) {
  auto variable = std::make_shared<Variable>();
  variable->name = name;
  variable->value = Tensor(DType::float32, shape);
  std::ranges::copy(random_values(shape.elements(), seed), variable->value.as<float>().begin());
  return variable;
}

TrainableModel two_layers() {
  const std::vector<std::shared_ptr<Variable>> variables = {make_variable("first/kernel:0", {12, 200}, 1),
                                                            make_variable("first/bias:0", {200}, 2),
                                                            make_variable("second/kernel:0", {200, 3}, 3)};
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, 12}});
  const ValueId sum =
      ops::add(graph, ops::matmul(graph, x, graph.add_variable(variables[0])), graph.add_variable(variables[1]));
  const ValueId logits = ops::matmul(graph, ops::relu(graph, sum), graph.add_variable(variables[2]));
  graph.set_outputs({ops::softmax(graph, logits)});
  return {.training = graph, .inference = graph, .output_names = {"second"}, .variables = variables};
}

class NoFiles : public TrainedModel {
 public:
  void save_weights(const std::filesystem::path&) override {}
  void save(const std::filesystem::path&) override {}
};

/// Notes how often memory was allocated before each step.
class CountAllocations : public Callback {
 public:
  explicit CountAllocations(std::vector<long>& counts) : counts_(counts) { counts_.reserve(64); }
  void on_train_batch_begin(FitContext&, std::int64_t) override { counts_.push_back(allocations); }

 private:
  std::vector<long>& counts_;
};

class FitAllocations : public testing::TestWithParam<const char*> {};

TEST_P(FitAllocations, NoneInAStep) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "allocations are not counted under the address sanitizer";
#endif
  Tensor x(DType::float32, {40, 12});
  std::ranges::copy(random_values(x.elements(), 5), x.as<float>().begin());
  Tensor y(DType::int64, {40});
  for (std::int64_t i = 0; i < 40; ++i) y.as<std::int64_t>()[static_cast<std::size_t>(i)] = i % 3;
  Tensor weights(DType::float32, {40});
  std::ranges::fill(weights.as<float>(), 0.5F);
  ArraySource data({x}, {y}, weights, 8, true, 1);
  ThreadPool pool(2);
  CompileConfig config{
      .optimizer = OptimizerConfig::make(GetParam(), {{"clipnorm", 0.1}, {"use_ema", 1}, {"weight_decay", 0.01}}),
      .losses = {{.name = "sparse_categorical_crossentropy"}},
      .metrics = {{{.name = "accuracy"}}}};
  Trainer trainer(two_layers(), config, 3, pool);
  trainer.set_class_weights({1, 2, 3});
  NoFiles files;
  std::vector<long> counts;
  std::vector<std::unique_ptr<Callback>> callbacks;
  callbacks.push_back(std::make_unique<CountAllocations>(counts));
  fit(trainer, files, data, nullptr, callbacks, {.epochs = 2});
  ASSERT_EQ(counts.size(), 10U);
  // The first step plans, and the batch's memory is made anew in each epoch.
  for (const std::size_t step : {1U, 2U, 3U, 6U, 7U, 8U}) EXPECT_EQ(counts[step + 1], counts[step]) << "step " << step;
}

INSTANTIATE_TEST_SUITE_P(Optimizers, FitAllocations,
                         testing::Values("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam",
                                         "Ftrl"));

}  // namespace
}  // namespace mltk
