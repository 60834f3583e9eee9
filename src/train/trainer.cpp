#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "graph/ops/add.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/mul.h"
#include "passes/differentiate.h"
#include "tensor/copy.h"
#include "train/finite.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

/// A forward graph with losses and metrics, and for training with gradients.
struct StepGraph {
  Graph graph;
  ValueId loss;                               ///< the total, a mean over the samples
  ValueId objective;                          ///< what is differentiated
  std::vector<ValueId> output_losses;         ///< unweighted, of each output
  std::vector<std::vector<ValueId>> metrics;  ///< sums of each metric
  std::vector<ValueId> gradients;             ///< of the trainable variables
  std::vector<ValueId> logs;                  ///< of a step that its author wrote
};

/// Losses of its author's; one number for all samples counts for each of them.
ValueId custom_losses(Graph& graph, const LossConfig& config, ValueId labels, ValueId predictions) {
  const ValueId losses = config.custom->build(graph, labels, predictions);
  if (graph.shape(losses).batched()) return losses;
  if (graph.shape(losses).rank() != 0) {
    fail(ErrorKind::invalid_argument, "{} gave values of the shape {}, expected one for each sample or one for all",
         config.log_name, to_string(graph.shape(losses)));
  }
  return ops::broadcast(graph, losses, {kBatch});
}

ValueId losses_of(Graph& graph, const LossConfig& config, ValueId labels, ValueId predictions) {
  if (config.custom) return custom_losses(graph, config, labels, predictions);
  return find_loss(config.name).build(graph, {labels, predictions, &config.arguments});
}

/// The sums of a metric; a loss counts as the mean of its elements.
std::vector<ValueId> metric_sums_of(Graph& graph, const LossConfig& config, const MetricDef* metric,
                                    const LossInputs& inputs) {
  if (metric != nullptr) return metric->build(graph, inputs);
  if (config.metric) {
    config.metric->build(graph, inputs.labels, inputs.predictions, inputs.weights);
    return {};
  }
  return mean_sums(graph, losses_of(graph, config, inputs.labels, inputs.predictions), inputs.weights);
}

/// What a plan reads: tensors of floats as they are, others converted. Kept from step to step, so that one allocates
/// nothing.
class FloatInputs {
 public:
  void clear() {
    spans_.clear();
    used_ = 0;
  }
  void add(const Tensor& tensor) {
    if (tensor.dtype() == DType::float32) return spans_.push_back(tensor.as<float>());
    if (used_ == converted_.size()) converted_.emplace_back();
    std::vector<float>& floats = converted_[used_++];
    floats.resize(static_cast<std::size_t>(tensor.elements()));
    copy_as_float(tensor, floats);
    spans_.emplace_back(floats);
  }
  void add(std::span<const float> values) { spans_.push_back(values); }
  std::span<const std::span<const float>> spans() const { return spans_; }

 private:
  std::deque<std::vector<float>> converted_;
  std::size_t used_ = 0;
  std::vector<std::span<const float>> spans_;
};

}  // namespace

struct Trainer::State {
  TrainableModel model;
  CompileConfig config;
  std::uint64_t seed;
  ThreadPool& pool;

  std::vector<std::shared_ptr<Variable>> trainable;
  std::optional<Optimizer> optimizer;
  std::vector<double> class_weights;

  std::string first_non_finite;

  std::optional<StepGraph> training;
  std::optional<StepGraph> testing;
  std::optional<Plan> training_plan;
  std::optional<Plan> testing_plan;
  std::optional<Plan> inference_plan;
  std::vector<Shape> label_shapes;
  Shape weight_shape{kBatch};
  std::vector<const MetricDef*> metric_defs;  ///< by metric; null: a loss
  bool has_weights = true;                    ///< the steps have an input for the weights of samples
  std::vector<double> step_logs;              ///< of the last step that its author wrote
  bool last_trained = true;

  // Of the step that runs.
  FloatInputs inputs;
  std::vector<float> weights;  ///< of samples and their parts
  std::vector<float> labels;   ///< that choose the weights of classes
  std::vector<std::span<const float>> gradients;

  // Sums since reset_metrics().
  double samples = 0;
  double loss_sum = 0;
  std::vector<double> output_loss_sums;
  std::vector<std::vector<std::vector<double>>> metric_sums;  ///< by metric, by its sums

  State(TrainableModel model_, CompileConfig config_, std::uint64_t seed_, ThreadPool& pool_)
      : model(std::move(model_)), config(std::move(config_)), seed(seed_), pool(pool_) {
    for (const auto& variable : model.variables) {
      if (variable->trainable) trainable.push_back(variable);
    }
    optimizer.emplace(config.optimizer, trainable);
    const std::size_t outputs = model.inference.outputs().size();
    if (config.steps) return;
    if (config.losses.size() != outputs) {
      fail(ErrorKind::invalid_argument, "the model has {} outputs, but compile() got {} losses", outputs,
           config.losses.size());
    }
    config.metrics.resize(outputs);
    output_loss_sums.resize(outputs);
    check_losses();
  }

  void check_losses() const;
  void check_unreduced(const Graph& graph) const;
  const MetricDef* metric_of(std::size_t output, const LossConfig& config) const;
  StepGraph add_losses(Graph forward) const;
  void prepare(const Batch& batch, bool trains);
  void read_shapes(const Batch& batch);
  void prepare_step(const Batch& batch, bool trains);
  void prepare_metrics(const StepGraph& step);
  double metric_value(std::size_t index, const LossConfig& config) const;
  void set_sample_weights(const Batch& batch, bool training_step);
  void set_inputs(const Batch& batch);
  void run(StepGraph& step, std::optional<Plan>& plan, const Batch& batch, bool training_step);
  void check_finite(const Batch& batch);
  void update_weights(const Plan& plan);
};

StepGraph Trainer::State::add_losses(Graph forward) const {
  StepGraph step{.graph = std::move(forward)};
  Graph& graph = step.graph;
  const std::vector<ValueId> outputs(graph.outputs().begin(), graph.outputs().end());
  std::vector<ValueId> labels;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    labels.push_back(graph.add_input("labels", {DType::float32, label_shapes[i]}));
  }
  const ValueId weights = graph.add_input("sample_weight", {DType::float32, weight_shape});

  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ScopeGuard scope(graph, {.layer = "loss of " + model.output_names[i], .source = {}});
    const LossConfig& loss = config.losses[i];
    const ValueId losses = losses_of(graph, loss, labels[i], outputs[i]);
    const ValueId mask = graph.mask(outputs[i]);
    const ValueId weighted = apply_weights(graph, losses, weights);
    const Reduction reduction = find_reduction(loss.reduction);
    ValueId mean = reduce_masked(graph, weighted, mask, reduction);
    if (reduction == Reduction::none) {
      // Keras differentiates the losses of all samples as they are, and logs their mean.
      check_unreduced(graph);
      step.objective = mean;
      mean = reduce_losses(graph, mask.valid() ? apply_weights(graph, weighted, mask) : weighted,
                           Reduction::sum_over_batch_size);
    }
    step.output_losses.push_back(mean);
    if (!config.loss_weights.empty()) {
      mean = ops::mul(graph, mean, graph.add_scalar(static_cast<float>(config.loss_weights[i])));
    }
    step.loss = step.loss.valid() ? ops::add(graph, step.loss, mean) : mean;
    for (const LossConfig& metric : config.metrics[i]) {
      const ValueId counts = !mask.valid()     ? (metric.weighted ? weights : ValueId{})
                             : metric.weighted ? apply_weights(graph, mask, weights)
                                               : mask;
      const LossInputs inputs{labels[i], outputs[i], &metric.arguments, counts};
      step.metrics.push_back(metric_sums_of(graph, metric, metric_of(i, metric), inputs));
    }
  }
  // As in Keras, penalties count when a model is evaluated, too.
  const std::vector<ValueId> penalties(graph.penalties().begin(), graph.penalties().end());
  for (const ValueId penalty : penalties) step.loss = ops::add(graph, step.loss, penalty);
  if (!step.objective.valid()) step.objective = step.loss;
  return step;
}

/// Losses without a reduction are a vector, to which Keras adds nothing.
void Trainer::State::check_unreduced(const Graph& graph) const {
  if (config.losses.size() > 1 || !graph.penalties().empty() || !config.loss_weights.empty()) {
    fail(
        ErrorKind::unsupported,
        "a loss with reduction='none' stands beside others, loss_weights or penalties of layers, which cannot be added "
        "to a vector; use another reduction");
  }
}

/// Names and arguments that nobody would look at later.
void Trainer::State::check_losses() const {
  for (const LossConfig& loss : config.losses) {
    if (loss.custom) continue;
    check_arguments(loss.name, loss.arguments, find_loss(loss.name).arguments);
    find_reduction(loss.reduction);
  }
}

/// The metric's definition for the shapes of an output; null for a loss.
const MetricDef* Trainer::State::metric_of(std::size_t output, const LossConfig& metric) const {
  if (metric.custom || metric.metric) return nullptr;
  const MetricDef* def =
      find_metric(metric.name, label_shapes[output], model.inference.shape(model.inference.outputs()[output]));
  check_arguments(metric.name, metric.arguments, def != nullptr ? def->arguments : find_loss(metric.name).arguments);
  return def;
}

/// Zero for every sum of every metric. Throws Error(unsupported) when a metric would be more than one number.
void Trainer::State::prepare_metrics(const StepGraph& step) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < config.metrics.size(); ++i) {
    for (const LossConfig& metric : config.metrics[i]) {
      std::vector<std::vector<double>> sums;
      for (const ValueId sum : step.metrics[next]) {
        sums.emplace_back(static_cast<std::size_t>(step.graph.shape(sum).elements()));
      }
      if (metric_sums.size() <= next) metric_sums.push_back(sums);  // else a resumed run has brought its own
      const MetricDef* def = metric_of(i, metric);
      metric_defs.push_back(def);
      if (def != nullptr && def->result(sums, metric.arguments).size() != 1) {
        fail(ErrorKind::unsupported,
             "metric '{}' gives several numbers with {}, and logs hold one: use one threshold or an average",
             metric.name, metric.arguments.dump());
      }
      ++next;
    }
  }
}

/// Build the graphs when the first labels show their shapes.
void Trainer::State::prepare(const Batch& batch, bool trains) {
  if (config.steps) return prepare_step(batch, trains);
  if (training) return;
  if (batch.y.size() != config.losses.size()) {
    fail(ErrorKind::invalid_data, "the model has {} outputs, but the data have {} arrays of labels",
         config.losses.size(), batch.y.size());
  }
  label_shapes.clear();
  for (const Tensor& y : batch.y) {
    Shape shape = y.shape();
    shape[0] = kBatch;
    // A column of numbers is one number a sample, unless the model gives a column, too.
    label_shapes.push_back(std::move(shape));
  }
  for (std::size_t i = 0; i < label_shapes.size(); ++i) {
    const Shape& output = model.inference.shape(model.inference.outputs()[i]);
    if (label_shapes[i].rank() + 1 == output.rank() && output.back() == 1 &&
        (config.losses[i].custom || !find_loss(config.losses[i].name).sparse_labels)) {
      label_shapes[i] = output;
    }
  }

  if (batch.sample_weight) {
    weight_shape = batch.sample_weight->shape();
    weight_shape[0] = kBatch;
  }
  StepGraph step = add_losses(model.training);
  prepare_metrics(step);
  std::vector<ValueId> wrt;
  for (const auto& variable : trainable) wrt.push_back(step.graph.add_variable(variable));
  step.gradients = differentiate(step.graph, step.objective, wrt);
  std::vector<ValueId> outputs = {step.loss};
  outputs.insert(outputs.end(), step.output_losses.begin(), step.output_losses.end());
  for (const auto& sums : step.metrics) outputs.insert(outputs.end(), sums.begin(), sums.end());
  for (const ValueId gradient : step.gradients) {
    if (gradient.valid()) outputs.push_back(gradient);
  }
  step.graph.set_outputs(std::move(outputs));
  training = std::move(step);

  StepGraph test = add_losses(model.inference);
  outputs = {test.loss};
  outputs.insert(outputs.end(), test.output_losses.begin(), test.output_losses.end());
  for (const auto& sums : test.metrics) outputs.insert(outputs.end(), sums.begin(), sums.end());
  test.graph.set_outputs(std::move(outputs));
  testing = std::move(test);
}

/// What the first batch tells about the inputs of steps that the author of the model wrote.
void Trainer::State::read_shapes(const Batch& batch) {
  if (model.inference.inputs().empty()) {
    for (const Tensor& x : batch.x) {
      Shape shape = x.shape();
      shape[0] = kBatch;
      model.inference.add_input("x", {DType::float32, std::move(shape)});
    }
  }
  for (const Tensor& y : batch.y) {
    label_shapes.push_back(y.shape());
    label_shapes.back()[0] = kBatch;
  }
  has_weights = batch.sample_weight.has_value() || !class_weights.empty();
  if (batch.sample_weight) {
    weight_shape = batch.sample_weight->shape();
    weight_shape[0] = kBatch;
  }
}

/// Build the graph of a step that the author of the model wrote.
void Trainer::State::prepare_step(const Batch& batch, bool trains) {
  std::optional<StepGraph>& prepared = trains ? training : testing;
  if (prepared) return;
  if (!training && !testing) read_shapes(batch);
  StepGraph step;
  Graph& graph = step.graph;
  graph.collect_penalties();
  StepInputs inputs;
  for (const ValueId x : model.inference.inputs()) {
    inputs.x.push_back(graph.add_input(model.inference[x].name, model.inference[x].type));
  }
  for (const Shape& shape : label_shapes) inputs.y.push_back(graph.add_input("labels", {DType::float32, shape}));
  if (has_weights) inputs.weights = graph.add_input("sample_weight", {DType::float32, weight_shape});
  const CustomStep custom = config.steps->build(graph, inputs, trains);
  step.logs = custom.logs;
  step.gradients.resize(trainable.size());
  for (const auto& [variable, gradient] : custom.gradients) {
    const auto found = std::ranges::find(trainable, variable);
    if (found == trainable.end()) {
      fail(ErrorKind::invalid_argument, "train_step applies a gradient to '{}', which is not trainable",
           variable->name);
    }
    step.gradients[static_cast<std::size_t>(found - trainable.begin())] = gradient;
  }
  std::vector<ValueId> outputs = step.logs;
  std::ranges::copy_if(step.gradients, std::back_inserter(outputs), &ValueId::valid);
  step.graph.set_outputs(std::move(outputs));
  prepared = std::move(step);
}

/// Sample weights times, in training, the weight of each sample's class.
void Trainer::State::set_sample_weights(const Batch& batch, bool training_step) {
  const std::int64_t each = weight_shape.elements();
  weights.assign(static_cast<std::size_t>(batch.size * each), 1.0F);
  if (batch.sample_weight) {
    const Tensor& given = *batch.sample_weight;
    if (given.elements() != batch.size * each) {
      fail(ErrorKind::invalid_data, "sample_weight is {} for {} samples, expected {}", to_string(given.shape()),
           batch.size, to_string(weight_shape));
    }
    copy_as_float(given, weights);
  }
  if (class_weights.empty() || !training_step) return;
  labels.resize(static_cast<std::size_t>(batch.y.at(0).elements()));
  copy_as_float(batch.y[0], labels);
  const auto width = static_cast<std::int64_t>(labels.size()) / std::max<std::int64_t>(batch.size, 1);
  for (std::int64_t i = 0; i < batch.size; ++i) {
    const auto row = std::span(labels).subspan(static_cast<std::size_t>(i * width), static_cast<std::size_t>(width));
    const auto label = width > 1 ? static_cast<std::size_t>(std::ranges::max_element(row) - row.begin())
                                 : static_cast<std::size_t>(row[0]);
    if (label >= class_weights.size()) continue;
    for (std::int64_t k = i * each; k < (i + 1) * each; ++k) {
      weights[static_cast<std::size_t>(k)] *= static_cast<float>(class_weights[label]);
    }
  }
}

void Trainer::State::set_inputs(const Batch& batch) {
  const auto expected = model.inference.inputs();
  if (batch.x.size() != expected.size()) {
    fail(ErrorKind::invalid_data, "the model has {} inputs, but the data have {} arrays", expected.size(),
         batch.x.size());
  }
  inputs.clear();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Shape shape = model.inference.shape(expected[i]).with_batch(batch.size);
    if (batch.x[i].elements() != shape.elements()) {
      fail(ErrorKind::invalid_data, "input '{}' of the model is {}, but a batch of data is {}",
           model.inference[expected[i]].name, to_string(model.inference.shape(expected[i])),
           to_string(batch.x[i].shape()));
    }
    inputs.add(batch.x[i]);
  }
}

void Trainer::State::run(StepGraph& step, std::optional<Plan>& plan, const Batch& batch, bool training_step) {
  set_inputs(batch);
  for (std::size_t i = 0; i < batch.y.size(); ++i) {
    if (batch.y[i].elements() != label_shapes[i].elements() * batch.size) {
      fail(ErrorKind::invalid_data, "a batch of labels is {}, but earlier ones were {}", to_string(batch.y[i].shape()),
           to_string(label_shapes[i]));
    }
    inputs.add(batch.y[i]);
  }
  set_sample_weights(batch, training_step);
  if (has_weights) {
    inputs.add(std::span<const float>(weights));
  } else if (batch.sample_weight || !class_weights.empty()) {
    fail(ErrorKind::invalid_data,
         "this batch has weights of samples, the first one had none: the step was made without");
  }

  if (!plan || plan->largest_batch() < batch.size) plan.emplace(step.graph, batch.size);
  plan->run(inputs.spans(), batch.size, {.seed = seed, .step = optimizer->iteration()}, pool);

  if (training_step) check_finite(batch);

  const auto count = static_cast<double>(batch.size);
  samples += count;
  if (config.steps) {
    step_logs.clear();
    for (const ValueId log : step.logs) step_logs.push_back(plan->value(log)[0]);
    last_trained = training_step;
    return;
  }
  loss_sum += plan->value(step.loss)[0] * count;
  for (std::size_t i = 0; i < step.output_losses.size(); ++i) {
    output_loss_sums[i] += plan->value(step.output_losses[i])[0] * count;
  }
  for (std::size_t i = 0; i < step.metrics.size(); ++i) {
    for (std::size_t k = 0; k < step.metrics[i].size(); ++k) {
      const auto values = plan->value(step.metrics[i][k]);
      for (std::size_t e = 0; e < values.size(); ++e) metric_sums[i][k][e] += values[e];
    }
  }
}

/// The first time that the loss or a gradient is not finite, find out where it began, before the weights take it up.
void Trainer::State::check_finite(const Batch& batch) {
  if (!first_non_finite.empty()) return;
  // A step of its author's has no loss of its own, only gradients.
  bool finite = !training->loss.valid() || std::isfinite(training_plan->value(training->loss)[0]);
  for (const ValueId gradient : training->gradients) {
    if (gradient.valid()) finite = finite && all_finite(training_plan->value(gradient));
  }
  if (finite) return;
  const StepInfo info{.seed = seed, .step = optimizer->iteration()};
  first_non_finite = fmt::format("step {}: {}", optimizer->iteration() + 1,
                                 find_non_finite(training->graph, inputs.spans(), batch.size, info, pool));
}

void Trainer::State::update_weights(const Plan& plan) {
  gradients.clear();
  for (const ValueId gradient : training->gradients) {
    gradients.push_back(gradient.valid() ? plan.value(gradient) : std::span<const float>());
  }
  optimizer->apply(gradients, pool);
}

/// Of the sums so far; 0 before the first batch.
double Trainer::State::metric_value(std::size_t index, const LossConfig& metric) const {
  if (metric.metric) return metric.metric->result();
  if (index >= metric_defs.size()) return 0;
  const MetricDef* def = metric_defs[index];
  return def == nullptr ? mean_result(metric_sums[index], metric.arguments)[0]
                        : def->result(metric_sums[index], metric.arguments)[0];
}

Trainer::Trainer(TrainableModel model, CompileConfig config, std::uint64_t seed, ThreadPool& pool)
    : state_(std::make_unique<State>(std::move(model), std::move(config), seed, pool)) {}
Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

void Trainer::reset_metrics() {
  state_->samples = 0;
  state_->loss_sum = 0;
  std::ranges::fill(state_->output_loss_sums, 0.0);
  for (auto& sums : state_->metric_sums) {
    for (auto& values : sums) std::ranges::fill(values, 0.0);
  }
  if (state_->config.steps) state_->config.steps->reset();
  for (const auto& metrics : state_->config.metrics) {
    for (const LossConfig& metric : metrics) {
      if (metric.metric) metric.metric->reset();
    }
  }
}

void Trainer::train_batch(const Batch& batch) {
  state_->prepare(batch, true);
  state_->run(*state_->training, state_->training_plan, batch, true);
  state_->update_weights(*state_->training_plan);
}

void Trainer::test_batch(const Batch& batch) {
  state_->prepare(batch, false);
  state_->run(*state_->testing, state_->testing_plan, batch, false);
}

std::vector<Tensor> Trainer::predict_batch(const std::vector<Tensor>& x) {
  State& state = *state_;
  const Batch batch{.x = x, .y = {}, .size = x.empty() ? 0 : x[0].shape()[0]};
  state.set_inputs(batch);
  const Graph& graph = state.model.inference;
  if (!state.inference_plan || state.inference_plan->largest_batch() < batch.size) {
    state.inference_plan.emplace(graph, batch.size);
  }
  state.inference_plan->run(state.inputs.spans(), batch.size, {}, state.pool);
  std::vector<Tensor> outputs;
  for (const ValueId id : graph.outputs()) {
    outputs.emplace_back(graph.shape(id).with_batch(batch.size), state.inference_plan->value(id));
  }
  return outputs;
}

Logs Trainer::logs() const {
  const State& state = *state_;
  if (state.config.steps) return state.config.steps->logs(state.step_logs, state.last_trained);
  const double samples = std::max(state.samples, 1.0);
  Logs logs = {{"loss", std::isnan(state.loss_sum) ? std::nan("") : state.loss_sum / samples}};  // never "-nan"
  const bool several = state.config.losses.size() > 1;
  if (several) {
    for (std::size_t i = 0; i < state.config.losses.size(); ++i) {
      logs.emplace_back(state.model.output_names[i] + "_loss", state.output_loss_sums[i] / samples);
    }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < state.config.metrics.size(); ++i) {
    for (const LossConfig& metric : state.config.metrics[i]) {
      const std::string& name = metric.log_name.empty() ? metric.name : metric.log_name;
      logs.emplace_back(several ? state.model.output_names[i] + "_" + name : name, state.metric_value(next++, metric));
    }
  }
  return logs;
}

double Trainer::learning_rate() const { return state_->optimizer->learning_rate(); }

void Trainer::set_learning_rate(double value) { state_->optimizer->set_learning_rate(value); }

void Trainer::finish() { state_->optimizer->finish(); }

void Trainer::set_class_weights(std::vector<double> weights) { state_->class_weights = std::move(weights); }

TrainingState Trainer::state() const {
  const State& state = *state_;
  Optimizer& optimizer = *state_->optimizer;
  TrainingState result{.iteration = optimizer.iteration(), .learning_rate = optimizer.base_learning_rate()};
  for (const auto& variable : state.model.variables) result.tensors.emplace_back(variable->name, variable->value);
  for (const auto& [name, slot] : optimizer.slots()) result.tensors.emplace_back("slot/" + name, *slot);
  result.extra["sums"] = {{"samples", state.samples},
                          {"loss", state.loss_sum},
                          {"outputs", state.output_loss_sums},
                          {"metrics", state.metric_sums}};
  return result;
}

void Trainer::set_state(const TrainingState& saved) {
  State& state = *state_;
  std::size_t next = 0;
  const auto take = [&](const std::string& name, Tensor& to) {
    if (next >= saved.tensors.size() || saved.tensors[next].first != name ||
        saved.tensors[next].second.shape() != to.shape()) {
      fail(ErrorKind::invalid_data,
           "the saved training state is of another model: '{}' {} is missing. Train without --resume", name,
           to_string(to.shape()));
    }
    to = saved.tensors[next++].second;
  };
  for (const auto& variable : state.model.variables) take(variable->name, variable->value);
  for (const auto& [name, slot] : state.optimizer->slots()) take("slot/" + name, *slot);
  state.optimizer->set_iteration(saved.iteration);
  state.optimizer->set_base_learning_rate(saved.learning_rate);
  if (const auto sums = saved.extra.find("sums"); sums != saved.extra.end()) {
    state.samples = sums->at("samples");
    state.loss_sum = sums->at("loss");
    state.output_loss_sums = sums->at("outputs").get<std::vector<double>>();
    state.metric_sums = sums->at("metrics").get<std::vector<std::vector<std::vector<double>>>>();
  }
}

std::vector<std::pair<std::string, Tensor>> Trainer::optimizer_weights() const {
  Optimizer& optimizer = *state_->optimizer;
  std::vector<std::pair<std::string, Tensor>> weights;
  weights.emplace_back(optimizer.iteration_name(), Tensor(Shape{}, {optimizer.iteration()}));
  for (const auto& [name, slot] : optimizer.slots()) weights.emplace_back(name, *slot);
  return weights;
}

void Trainer::set_optimizer_weights(const std::vector<std::pair<std::string, Tensor>>& weights) {
  Optimizer& optimizer = *state_->optimizer;
  const auto slots = optimizer.slots();
  for (const auto& [name, tensor] : weights) {
    if (name == optimizer.iteration_name() && tensor.elements() == 1) {
      optimizer.set_iteration(tensor.cast(DType::int64).as<std::int64_t>()[0]);
    }
    const auto slot = std::ranges::find(slots, name, [](const auto& entry) { return entry.first; });
    if (slot != slots.end() && tensor.shape() == slot->second->shape()) *slot->second = tensor;
  }
}

void Trainer::set_optimizer_weights_in_order(std::vector<std::pair<std::string, Tensor>> weights) {
  if (weights.empty()) return;
  const auto own = optimizer_weights();
  const auto same_shape = [](const auto& a, const auto& b) { return a.second.shape() == b.second.shape(); };
  if (!std::ranges::equal(own, weights, same_shape)) {
    fail(ErrorKind::invalid_model,
         "the file's optimizer has {} weights, the model's has {}, or their shapes differ; load it with compile=False",
         weights.size(), own.size());
  }
  for (std::size_t i = 0; i < own.size(); ++i) weights[i].first = own[i].first;
  set_optimizer_weights(weights);
}

std::int64_t Trainer::training_bytes(std::int64_t batch) {
  State& state = *state_;
  const Graph& graph = state.model.inference;
  Batch data{.size = batch};
  for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
    const Shape& output = graph.shape(graph.outputs()[i]);
    std::vector<std::int64_t> sizes(output.begin(), output.end());
    const LossConfig& loss = state.config.losses[i];
    if (!loss.custom && find_loss(loss.name).sparse_labels) sizes.pop_back();
    sizes[0] = batch;
    data.y.emplace_back(DType::float32, Shape(std::move(sizes)));
  }
  state.prepare(data, true);
  std::int64_t bytes = Plan(state.training->graph, batch).arena_bytes(state.pool.size());
  for (const auto& variable : state.model.variables) bytes += static_cast<std::int64_t>(variable->value.bytes().size());
  for (const auto& [name, slot] : state.optimizer->slots()) bytes += static_cast<std::int64_t>(slot->bytes().size());
  return bytes;
}

const std::string& Trainer::first_non_finite() const { return state_->first_non_finite; }

void Trainer::start_profile() {
  if (state_->training_plan) state_->training_plan->start_profile();
}

std::vector<UnitProfile> Trainer::profile() const {
  if (!state_->training_plan) return {};
  std::vector<UnitProfile> units = state_->training_plan->profile();
  const auto steps = static_cast<double>(std::max<std::int64_t>(state_->training_plan->profiled_steps(), 1));
  for (UnitProfile& unit : units) unit.seconds /= steps;
  return units;
}

const TrainableModel& Trainer::model() const { return state_->model; }

ThreadPool& Trainer::pool() const { return state_->pool; }

}  // namespace mltk
