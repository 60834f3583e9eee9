#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "data/batch_source.h"
#include "graph/graph.h"
#include "train/loss.h"
#include "train/optimizer.h"
#include "train/plan.h"

namespace mltk {

/// A loss or metric that its author wrote.
class CustomLoss {
 public:
  CustomLoss() = default;
  CustomLoss(const CustomLoss&) = delete;
  CustomLoss& operator=(const CustomLoss&) = delete;
  virtual ~CustomLoss() = default;

  /// Values [N, ...] of the samples, or one number for all.
  virtual ValueId build(Graph& graph, ValueId labels, ValueId predictions) = 0;
};

/// A metric whose author wrote how its state changes: variables with updates in the graph of a step.
class CustomMetric {
 public:
  CustomMetric() = default;
  CustomMetric(const CustomMetric&) = delete;
  CustomMetric& operator=(const CustomMetric&) = delete;
  virtual ~CustomMetric() = default;

  /// Add the updates of the state. `weights` is invalid where all samples count the same.
  virtual void build(Graph& graph, ValueId labels, ValueId predictions, ValueId weights) = 0;
  virtual double result() = 0;
  virtual void reset() = 0;
};

/// A loss or metric for one output, as `compile` takes it.
struct LossConfig {
  std::string name;
  LossArguments arguments = LossArguments::object();
  std::string log_name;                            ///< of a metric in the logs; "" = as Keras names it
  std::string reduction = "auto";                  ///< of a loss
  bool weighted = false;                           ///< of a metric: samples count by their weights (weighted_metrics)
  std::shared_ptr<CustomLoss> custom = nullptr;    ///< replaces the definition of `name`
  std::shared_ptr<CustomMetric> metric = nullptr;  ///< of a metric: replaces the definition of `name`
};

/// What a step gets, as values of its graph.
struct StepInputs {
  std::vector<ValueId> x;
  std::vector<ValueId> y;
  ValueId weights;  ///< of the samples; invalid: none were given
};

/// What a step of its author's makes: gradients that the optimizer applies, and numbers for the logs.
struct CustomStep {
  std::vector<std::pair<std::shared_ptr<Variable>, ValueId>> gradients;
  std::vector<ValueId> logs;  ///< scalars; those of the last step count
};

/// Steps of training and evaluation that the author of a model wrote, in place of losses and metrics.
class CustomSteps {
 public:
  CustomSteps() = default;
  CustomSteps(const CustomSteps&) = delete;
  CustomSteps& operator=(const CustomSteps&) = delete;
  virtual ~CustomSteps() = default;

  /// Add the step to a graph.
  virtual CustomStep build(Graph& graph, const StepInputs& inputs, bool training) = 0;
  /// Names and values for the logs, given the last values of the step's own numbers.
  virtual std::vector<std::pair<std::string, double>> logs(std::span<const double> values, bool training) = 0;
  /// Forget the sums of metrics.
  virtual void reset() = 0;
};

struct CompileConfig {
  OptimizerConfig optimizer;
  std::vector<LossConfig> losses;                ///< one an output
  std::vector<double> loss_weights;              ///< one an output; empty = 1
  std::vector<std::vector<LossConfig>> metrics;  ///< for each output
  std::shared_ptr<CustomSteps> steps = nullptr;  ///< in place of losses and metrics
};

/// Names and values in Keras' order: loss, [output losses], metrics.
using Logs = std::vector<std::pair<std::string, double>>;

/// A model that can be trained: forward graphs with `inputs`, `outputs` and penalties of regularizers.
struct TrainableModel {
  Graph training;   ///< forward pass with dropout and batch statistics, with its updates
  Graph inference;  ///< forward pass as deployed
  std::vector<std::string> output_names;
  std::vector<std::shared_ptr<Variable>> variables;  ///< in Keras' order of weights
};

/// All that a run is made of, beside its data: training goes on from it as if it had never stopped.
struct TrainingState {
  std::int64_t epoch = 0;           ///< epochs completed
  std::int64_t batch_in_epoch = 0;  ///< batches completed of the current one
  std::int64_t iteration = 0;       ///< optimizer updates done
  double learning_rate = 0;
  std::vector<std::pair<std::string, Tensor>> tensors;  ///< weights and optimizer slots
  nlohmann::json extra;                                 ///< state of callbacks, history, partial sums of metrics
};

/// Runs the steps of training, evaluation and prediction: "Training is one graph": forward, loss and penalties,
/// gradients, metrics; then the optimizer.
class Trainer {
 public:
  Trainer(TrainableModel model, CompileConfig config, std::uint64_t seed, ThreadPool& pool);
  ~Trainer();
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;

  /// Forget the sums of losses and metrics, at the start of an epoch.
  void reset_metrics();
  /// One optimizer step; adds to the sums. Class weights multiply the sample weights.
  void train_batch(const Batch& batch);
  /// Loss and metrics of the inference graph; adds to the sums.
  void test_batch(const Batch& batch);
  /// Outputs of the inference graph, [batch, ...] each.
  std::vector<Tensor> predict_batch(const std::vector<Tensor>& x);
  /// Means over the samples since reset_metrics().
  Logs logs() const;

  double learning_rate() const;
  void set_learning_rate(double value);
  /// End of training: with use_ema the weights become their moving averages.
  void finish();
  /// Weight of each class (index = class); applied in train_batch.
  void set_class_weights(std::vector<double> weights);

  TrainingState state() const;
  void set_state(const TrainingState& state);
  /// Slots by Keras 2's names for the .h5 ("Adam/m/conv2d/kernel:0"), `iteration` first.
  std::vector<std::pair<std::string, Tensor>> optimizer_weights() const;
  void set_optimizer_weights(const std::vector<std::pair<std::string, Tensor>>& weights);
  /// The same by place in the order of `optimizer_weights`. Throws Error(invalid_model) when number or shapes differ.
  void set_optimizer_weights_in_order(std::vector<std::pair<std::string, Tensor>> weights);

  /// What a step on `batch` samples needs: arena, weights and slots of the optimizer, in bytes. For models that are not
  /// trained yet; labels are taken to be as the losses ask for them.
  std::int64_t training_bytes(std::int64_t batch);
  /// Which step, layer and tensor first was not a finite number; "" while all are.
  const std::string& first_non_finite() const;

  /// From the next step on measure the parts of training steps; the plan is there after the first one.
  void start_profile();
  /// Seconds of all threads in the units of a step, means over the steps since start_profile().
  std::vector<UnitProfile> profile() const;

  const TrainableModel& model() const;
  ThreadPool& pool() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mltk
