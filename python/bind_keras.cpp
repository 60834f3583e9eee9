// Layers, models, training and .h5 files.

#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>

#include "base/format.h"
#include "convert.h"
#include "keras/cost.h"
#include "keras/h5.h"
#include "keras/keras_file.h"
#include "python_layer.h"
#include "train/fit.h"
#include "training.h"

namespace mltk::python {
namespace {

using namespace nb::literals;
using keras::Json;
using keras::Layer;
using keras::Model;
using keras::SymbolicTensor;
using SeedFunction = std::function<std::int64_t()>;

nb::list weights_of(const std::vector<std::shared_ptr<Variable>>& variables) {
  nb::list list;
  for (const auto& variable : variables) list.append(to_numpy(variable->value));
  return list;
}

void set_weights(const std::vector<std::shared_ptr<Variable>>& variables, nb::handle arrays) {
  const auto tensors = to_tensors(arrays);
  if (tensors.size() != variables.size()) {
    fail(ErrorKind::invalid_argument, "set_weights got {} arrays, there are {} weights", tensors.size(),
         variables.size());
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].shape() != variables[i]->value.shape()) {
      fail(ErrorKind::invalid_argument, "set_weights: array {} has the shape {}, '{}' has {}", i,
           to_string(tensors[i].shape()), variables[i]->name, to_string(variables[i]->value.shape()));
    }
    variables[i]->value = tensors[i].cast(DType::float32);
  }
}

/// Asks a function of Python for the layers that are in no table: (class name, config) -> Layer or None.
keras::LayerFactory layer_factory(nb::object factory) {
  return [factory = std::move(factory)](const std::string& class_name, const Json& config) {
    const nb::object layer = factory(class_name, load_json(config.dump()));
    return layer.is_none() ? nullptr : nb::cast<std::shared_ptr<Layer>>(layer);
  };
}

nb::list layer_definitions() {
  nb::list definitions;
  for (const keras::LayerDef* def : keras::layer_table()) {
    nb::list arguments;
    for (const keras::ArgumentDef& argument : def->arguments) {
      arguments.append(nb::make_tuple(nb::str(argument.name.data(), argument.name.size()),
                                      nb::str(argument.default_value.data(), argument.default_value.size()),
                                      nb::str(argument.meaning.data(), argument.meaning.size())));
    }
    definitions.append(nb::make_tuple(nb::str(def->class_name.data(), def->class_name.size()), arguments));
  }
  return definitions;
}

/// Name, class name, aliases and arguments of losses or metrics.
nb::list definitions_of(auto table) {
  const auto strings = [](std::span<const std::string_view> texts) {
    return std::vector<std::string>(texts.begin(), texts.end());
  };
  nb::list definitions;
  for (const auto* def : table) {
    definitions.append(nb::make_tuple(std::string(def->name), std::string(def->class_name), strings(def->aliases),
                                      strings(def->arguments)));
  }
  return definitions;
}

/// Set by Ctrl-C while a training runs: it finishes its step.
std::atomic<bool> interrupted = false;

/// Takes over Ctrl-C for the length of a training.
class InterruptGuard {
 public:
  InterruptGuard() : before_(std::signal(SIGINT, [](int) { interrupted = true; })) { interrupted = false; }
  ~InterruptGuard() { std::signal(SIGINT, before_); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  void (*before_)(int);
};

/// An object of Python that the model's compilation keeps alive: a weak reference, so that Python sees every cycle.
class Reference {
 public:
  explicit Reference(nb::handle object) : reference_(nb::module_::import_("weakref").attr("ref")(object)) {}
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference() {
    const nb::gil_scoped_acquire acquire;
    reference_.reset();
  }

  nb::object get() const {
    nb::object object = reference_();
    if (object.is_none()) fail(ErrorKind::internal, "the model whose losses or metrics are used is gone");
    return object;
  }

 private:
  nb::object reference_;
};

nb::object to_python(Graph& graph) { return nb::cast(&graph, nb::rv_policy::reference); }

/// A loss or the function of a metric written in Python.
class PythonLoss : public CustomLoss {
 public:
  explicit PythonLoss(nb::handle object) : object_(object) {}
  ValueId build(Graph& graph, ValueId labels, ValueId predictions) override {
    const nb::gil_scoped_acquire acquire;
    return {
        nb::cast<std::int32_t>(object_.get().attr("_native_build")(to_python(graph), labels.index, predictions.index))};
  }

 private:
  Reference object_;
};

/// A subclass of Metric.
class PythonMetric : public CustomMetric {
 public:
  explicit PythonMetric(nb::handle object) : object_(object) {}
  void build(Graph& graph, ValueId labels, ValueId predictions, ValueId weights) override {
    const nb::gil_scoped_acquire acquire;
    object_.get().attr("_native_build")(to_python(graph), labels.index, predictions.index, weights.index);
  }
  double result() override {
    const nb::gil_scoped_acquire acquire;
    return nb::cast<double>(object_.get().attr("_native_result")());
  }
  void reset() override {
    const nb::gil_scoped_acquire acquire;
    object_.get().attr("reset_state")();
  }

 private:
  Reference object_;
};

/// train_step and test_step of a subclass of Model.
class PythonSteps : public CustomSteps {
 public:
  explicit PythonSteps(nb::handle object) : object_(object) {}
  CustomStep build(Graph& graph, const StepInputs& inputs, bool training) override {
    const nb::gil_scoped_acquire acquire;
    const auto ids = [](const std::vector<ValueId>& values) {
      nb::list list;
      for (const ValueId value : values) list.append(value.index);
      return list;
    };
    const auto made = nb::cast<nb::tuple>(object_.get().attr("_native_build")(
        to_python(graph), ids(inputs.x), ids(inputs.y), inputs.weights.index, training));
    CustomStep step;
    for (nb::handle item : made[0]) {
      const auto pair = nb::cast<nb::tuple>(item);
      step.gradients.emplace_back(nb::cast<std::shared_ptr<Variable>>(pair[0]),
                                  ValueId{nb::cast<std::int32_t>(pair[1])});
    }
    for (nb::handle id : made[1]) step.logs.push_back({nb::cast<std::int32_t>(id)});
    return step;
  }
  Logs logs(std::span<const double> values, bool training) override {
    const nb::gil_scoped_acquire acquire;
    nb::list list;
    for (const double value : values) list.append(value);
    Logs logs;
    for (nb::handle item : object_.get().attr("_native_logs")(list, training)) {
      const auto pair = nb::cast<nb::tuple>(item);
      logs.emplace_back(nb::cast<std::string>(pair[0]), nb::cast<double>(pair[1]));
    }
    return logs;
  }
  void reset() override {
    const nb::gil_scoped_acquire acquire;
    object_.get().attr("reset")();
  }

 private:
  Reference object_;
};

/// `objects`: what "python" in a config is an index of.
LossConfig loss_config(const Json& json, nb::handle objects) {
  LossConfig config;
  if (json.is_string()) {
    config.name = json.get<std::string>();
    return config;
  }
  config.name = json.at("class_name").get<std::string>();
  if (json.contains("python")) {
    const nb::object object = objects[json["python"].get<std::size_t>()];
    if (nb::hasattr(object, "_native_result")) {
      config.metric = std::make_shared<PythonMetric>(object);
    } else {
      config.custom = std::make_shared<PythonLoss>(object);
    }
  }
  config.log_name = json.value("log_name", "");
  config.weighted = json.value("weighted", false);
  for (const auto& [key, value] : json.at("config").items()) {
    if (key == "reduction") {
      config.reduction = value.get<std::string>();
    } else if (key != "name" && !value.is_null() && !config.custom && !config.metric) {
      config.arguments[key] = value;
    }
  }
  return config;
}

/// The learning rate may be a schedule; null stands for None.
OptimizerConfig optimizer_config(const Json& json) {
  Hyperparameters hyper;
  std::optional<Schedule> schedule;
  for (const auto& [key, value] : json.at("config").items()) {
    if (value.is_object()) {
      schedule = Schedule::make(value.at("class_name").get<std::string>(), value.at("config"));
    } else {
      hyper[key] = value.is_null()      ? std::numeric_limits<double>::quiet_NaN()
                   : value.is_boolean() ? static_cast<double>(value.get<bool>())
                                        : value.get<double>();
    }
  }
  OptimizerConfig config =
      OptimizerConfig::make(json.at("class_name").get<std::string>(), hyper, json.value("legacy", false));
  config.schedule = std::move(schedule);
  return config;
}

CompileConfig compile_config(const std::string& text, nb::handle objects) {
  const Json json = Json::parse(text);
  CompileConfig config{.optimizer = optimizer_config(json.at("optimizer"))};
  for (const Json& loss : json.at("losses")) config.losses.push_back(loss_config(loss, objects));
  for (const Json& weight : json.at("loss_weights")) config.loss_weights.push_back(weight.get<double>());
  for (const Json& of_output : json.at("metrics")) {
    auto& metrics = config.metrics.emplace_back();
    for (const Json& metric : of_output) metrics.push_back(loss_config(metric, objects));
  }
  return config;
}

/// An optimizer that updates variables at once, for loops that specifications write.
struct OptimizerAtHand {
  Optimizer optimizer;
  ThreadPool pool;

  void apply(nb::handle arrays) {
    const std::vector<Tensor> gradients = to_tensors(arrays);
    std::vector<Tensor> floats;
    std::vector<std::span<const float>> spans;
    for (const Tensor& gradient : gradients) floats.push_back(gradient.cast(DType::float32));
    for (const Tensor& gradient : floats) spans.push_back(gradient.as<float>());
    optimizer.apply(spans, pool);
  }
};

nb::dict to_dict(const Logs& logs) {
  nb::dict dict;
  for (const auto& [name, value] : logs) dict[nb::str(name.c_str())] = value;
  return dict;
}

/// What fit() takes beside data and callbacks.
FitOptions fit_options(nb::dict settings) {
  FitOptions options;
  options.epochs = nb::cast<std::int64_t>(settings["epochs"]);
  options.initial_epoch = nb::cast<std::int64_t>(settings["initial_epoch"]);
  options.steps_per_epoch = nb::cast<std::int64_t>(settings["steps_per_epoch"]);
  options.validation_steps = nb::cast<std::int64_t>(settings["validation_steps"]);
  options.validation_freq = nb::cast<std::int64_t>(settings["validation_freq"]);
  options.interrupted = &interrupted;
  options.profile = nb::cast<bool>(settings["profile"]);
  options.warn = [warn = nb::object(settings["warn"])](const std::string& text) {
    const nb::gil_scoped_acquire acquire;
    warn(text);
  };
  return options;
}

nb::tuple fit_model(CompiledModel& compiled, BatchSource& data, BatchSource* validation, nb::list callbacks,
                    nb::dict settings) {
  FitOptions options = fit_options(settings);
  const auto state_path = nb::cast<std::string>(settings["state_path"]);
  const auto resume_path = nb::cast<std::string>(settings["resume_path"]);
  std::vector<std::unique_ptr<Callback>> natives = make_callbacks(callbacks);
  History history;
  {
    const InterruptGuard guard;
    const nb::gil_scoped_release release;
    std::optional<TrainingState> resume;
    if (!resume_path.empty()) resume = keras::load_state(resume_path);
    options.resume_from = resume ? &*resume : nullptr;
    if (!state_path.empty()) {
      options.save_state = [&](const TrainingState& state) { keras::save_state(state_path, state); };
    }
    history = fit(compiled.trainer, compiled, data, validation, natives, options);
  }
  nb::dict metrics;
  for (const auto& [name, values] : history.metrics) metrics[nb::str(name.c_str())] = nb::cast(values);
  return nb::make_tuple(nb::cast(history.epochs), metrics, history.interrupted, history.profile);
}

nb::list predict(CompiledModel& compiled, BatchSource& data) {
  std::vector<std::vector<Tensor>> batches;
  {
    const nb::gil_scoped_release release;
    data.start_epoch(0);
    Batch batch;
    while (data.next(batch)) batches.push_back(compiled.trainer.predict_batch(batch.x));
  }
  nb::list outputs;
  if (batches.empty()) return outputs;
  for (std::size_t i = 0; i < batches[0].size(); ++i) {
    std::int64_t rows = 0;
    for (const auto& batch : batches) rows += batch[i].shape()[0];
    Shape shape = batches[0][i].shape();
    shape[0] = rows;
    Tensor whole(batches[0][i].dtype(), shape);
    std::size_t at = 0;
    for (const auto& batch : batches) {
      std::ranges::copy(batch[i].bytes(), whole.bytes().begin() + static_cast<std::ptrdiff_t>(at));
      at += batch[i].bytes().size();
    }
    outputs.append(to_numpy(whole));
  }
  return outputs;
}

}  // namespace

void CompiledModel::save(const std::filesystem::path& path) {
  if (training_config.is_null()) return keras::save_model(path, *model);
  Json config = training_config;
  Json& rate = config["optimizer_config"]["config"]["learning_rate"];
  if (rate.is_number()) rate = static_cast<float>(trainer.learning_rate());
  keras::save_model(path, *model, config, trainer.optimizer_weights());
}

void bind_keras(nb::module_& module) {
  module.def("layer_definitions", &layer_definitions,
             "Class name and arguments (name, default as JSON, meaning) of every layer.");
  module.def("snake_case", [](const std::string& name) { return keras::snake_case(name); });
  module.def("optimizer_names", [](bool legacy) {
    std::vector<std::string> names;
    for (const OptimizerDef* def : optimizer_table()) {
      if (!legacy || def->has_legacy) names.emplace_back(def->name);
    }
    return names;
  });
  module.def("optimizer_arguments", [](const std::string& name, bool legacy) {
    nb::list arguments;
    for (const HyperparameterDef& hyper : all_hyperparameters(find_optimizer(name), legacy)) {
      const nb::object value = std::isnan(hyper.value) ? nb::none() : nb::cast(hyper.value);
      arguments.append(nb::make_tuple(std::string(hyper.name), value));
    }
    return arguments;
  });
  module.def("schedule_definitions", [] {
    nb::list definitions;
    for (const ScheduleDef* def : schedule_table()) {
      nb::list arguments;
      for (const auto& [name, value] : def->arguments) {
        arguments.append(nb::make_tuple(std::string(name), std::string(value)));
      }
      definitions.append(nb::make_tuple(std::string(def->name), arguments));
    }
    return definitions;
  });
  module.def("schedule_rate", [](const std::string& name, nb::handle config, std::int64_t step) {
    return Schedule::make(name, Json::parse(dump_json(config))).rate(step);
  });
  module.def("loss_definitions", [] { return definitions_of(loss_table()); });
  module.def("metric_definitions", [] { return definitions_of(metric_table()); });

  nb::class_<SymbolicTensor>(module, "SymbolicTensor")
      .def_prop_ro("shape", [](const SymbolicTensor& tensor) { return shape_tuple(tensor.shape()); })
      .def_prop_ro("layer", [](const SymbolicTensor& tensor) { return tensor.layer(); })
      .def_ro("index", &SymbolicTensor::index)
      .def_prop_ro("key", [](const SymbolicTensor& tensor) {
        return nb::make_tuple(reinterpret_cast<std::uintptr_t>(tensor.call.get()), tensor.index);
      });

  nb::class_<Layer>(module, "Layer")
      .def("__init__",
           [](Layer* self, const std::string& class_name, const std::string& name, nb::handle arguments,
              const std::string& file,
              int line) { new (self) Layer(class_name, name, Json::parse(dump_json(arguments)), {file, line}); })
      .def_static("of_model", [](std::shared_ptr<Model> model) { return std::make_shared<Layer>(std::move(model)); })
      .def_prop_ro("key", [](const Layer& layer) { return reinterpret_cast<std::uintptr_t>(&layer); })
      .def_prop_ro("name", &Layer::name)
      .def_prop_ro("class_name", &Layer::class_name)
      .def_prop_rw("trainable", &Layer::trainable, &Layer::set_trainable)
      .def_prop_ro("model", &Layer::model)
      .def_prop_ro("given_input_shape", [](const Layer& layer) { return shape_tuple(layer.given_input_shape()); })
      .def("config", [](const Layer& layer) { return load_json(layer.config().dump()); })
      .def("state",
           [](const Layer& layer) {
             nb::list entries;
             for (const keras::StateEntry& entry : layer.state()) {
               entries.append(nb::make_tuple(entry.path, entry.variables));
             }
             return entries;
           })
      .def("weight_names",
           [](const Layer& layer) {
             std::vector<std::string> names;
             for (const auto& variable : layer.weights()) names.push_back(variable->name);
             return names;
           })
      .def("get_weights", [](const Layer& layer) { return weights_of(layer.weights()); })
      .def("set_weights", [](const Layer& layer, nb::handle arrays) { set_weights(layer.weights(), arrays); })
      .def("count_params", [](const Layer& layer) {
        std::int64_t count = 0;
        for (const auto& variable : layer.weights()) count += variable->value.elements();
        return count;
      });
  module.def(
      "call_layer",
      [](const std::shared_ptr<Layer>& layer, std::vector<std::shared_ptr<SymbolicTensor>> inputs,
         const SeedFunction& next_seed, nb::handle keywords) {
        return keras::call_layer_all(layer, std::move(inputs), next_seed, Json::parse(dump_json(keywords)));
      },
      "layer"_a, "inputs"_a, "next_seed"_a, "keywords"_a);

  nb::class_<Model>(module, "Model")
      .def(nb::init<std::string, const std::vector<std::shared_ptr<SymbolicTensor>>&,
                    const std::vector<std::shared_ptr<SymbolicTensor>>&, bool>(),
           "name"_a, "inputs"_a, "outputs"_a, "sequential"_a)
      .def(nb::init<std::string, const std::vector<std::shared_ptr<SymbolicTensor>>&,
                    const std::vector<std::shared_ptr<SymbolicTensor>>&, std::vector<std::shared_ptr<Layer>>>(),
           "name"_a, "inputs"_a, "outputs"_a, "layers"_a)
      .def_prop_ro("name", &Model::name)
      .def_prop_ro("sequential", &Model::sequential)
      .def_prop_ro("layers", &Model::layers)
      .def_prop_ro("inputs", &Model::inputs)
      .def_prop_ro("outputs", &Model::outputs)
      .def_prop_ro("output_names", &Model::output_names)
      .def("calls",
           [](const Model& model) {
             // Layer, inputs and results of each call, inputs before users.
             nb::list list;
             for (const auto& call : model.calls()) {
               std::vector<std::shared_ptr<SymbolicTensor>> results;
               for (std::size_t i = 0; i < call->shapes.size(); ++i) {
                 results.push_back(std::make_shared<SymbolicTensor>(SymbolicTensor{call, i}));
               }
               list.append(nb::make_tuple(call->layer, call->inputs, results));
             }
             return list;
           })
      .def("config", [](const Model& model) { return load_json(model.config().dump()); })
      .def("config_json",
           [](const Model& model) {
             return keras::to_python_json({{"class_name", model.class_name()}, {"config", model.config()}});
           })
      .def(
          "set_description",
          [](Model& model, nb::handle description, nb::handle state) {
            model.set_description(Json::parse(dump_json(description)), to_state(state));
          },
          "description"_a.none(), "state"_a)
      .def("summary", &Model::summary)
      .def("weight_names",
           [](const Model& model) {
             std::vector<std::string> names;
             for (const auto& variable : model.weights()) names.push_back(variable->name);
             return names;
           })
      .def("count_params",
           [](const Model& model, bool trainable_only) {
             std::int64_t count = 0;
             for (const auto& variable : model.weights()) {
               if (variable->trainable || !trainable_only) count += variable->value.elements();
             }
             return count;
           })
      .def("get_weights", [](const Model& model) { return weights_of(model.weights()); })
      .def("set_weights", [](const Model& model, nb::handle arrays) { set_weights(model.weights(), arrays); })
      .def("save_weights", [](const Model& model, const std::string& path) { keras::save_weights(path, model); })
      .def("load_weights", [](Model& model, const std::string& path, bool by_name, bool skip_mismatch) {
        keras::load_weights(path, model, by_name, skip_mismatch);
      });
  module.def("model_cost", [](const Model& model) {
    const keras::Cost cost = keras::count_cost(model);
    nb::dict dict;
    dict["macs"] = cost.macs;
    dict["ops"] = cost.ops;
    return dict;
  });
  module.def("format_units", [](double value) { return format_units(value); });
  module.def(
      "model_from_config",
      [](nb::handle config, const SeedFunction& next_seed, nb::object factory) {
        return keras::model_from_config(Json::parse(dump_json(config)), next_seed, layer_factory(std::move(factory)));
      },
      "config"_a, "next_seed"_a, "factory"_a);
  module.def(
      "save_model",
      [](const std::string& path, const Model& model, nb::handle training_config, const CompiledModel* compiled) {
        keras::save_model(path, model, Json::parse(dump_json(training_config)),
                          compiled == nullptr ? keras::NamedTensors() : compiled->trainer.optimizer_weights());
      },
      "path"_a, "model"_a, "training_config"_a.none(), "compiled"_a.none());

  nb::class_<keras::LoadedModel>(module, "LoadedModel")
      .def_ro("model", &keras::LoadedModel::model)
      .def_prop_ro("training_config",
                   [](const keras::LoadedModel& loaded) { return load_json(loaded.training_config.dump()); });
  nb::class_<keras::KerasFile>(module, "KerasFile")
      .def("__init__", [](keras::KerasFile* self, const std::string& path) { new (self) keras::KerasFile(path); })
      .def_prop_ro("description", [](const keras::KerasFile& file) { return load_json(file.description().dump()); })
      .def_prop_ro("training_config",
                   [](const keras::KerasFile& file) { return load_json(file.training_config().dump()); })
      .def("load_weights", [](const keras::KerasFile& file, Model& model) { file.load_weights(model); });
  module.def("load_model", [](const std::string& path, nb::object factory) {
    return keras::load_model(path, layer_factory(std::move(factory)));
  });
  module.def("state_epoch", [](const std::string& path) { return keras::load_state(path).epoch; });

  nb::class_<OptimizerAtHand>(module, "OptimizerAtHand")
      .def("__init__",
           [](OptimizerAtHand* self, nb::handle config, std::vector<std::shared_ptr<Variable>> variables) {
             new (self) OptimizerAtHand{
                 Optimizer(optimizer_config(Json::parse(dump_json(config))), std::move(variables)), ThreadPool()};
           })
      .def_prop_ro("iteration", [](const OptimizerAtHand& self) { return self.optimizer.iteration(); })
      .def_prop_rw(
          "learning_rate", [](const OptimizerAtHand& self) { return self.optimizer.learning_rate(); },
          [](OptimizerAtHand& self, double rate) { self.optimizer.set_learning_rate(rate); })
      .def("apply", &OptimizerAtHand::apply);

  nb::class_<CompiledModel>(module, "CompiledModel")
      .def("__init__",
           [](CompiledModel* self, std::shared_ptr<Model> model, nb::handle config, nb::handle objects,
              std::int64_t seed) {
             new (self) CompiledModel(std::move(model), compile_config(dump_json(config), objects),
                                      static_cast<std::uint64_t>(seed));
           })
      .def_static(
          "of_steps",
          [](std::shared_ptr<Model> model, nb::handle config, nb::handle steps,
             std::vector<std::shared_ptr<Variable>> variables, std::int64_t seed) {
            CompileConfig compiled{.optimizer = optimizer_config(Json::parse(dump_json(config)))};
            compiled.steps = std::make_shared<PythonSteps>(steps);
            TrainableModel trainable = model->to_trainable();
            trainable.variables = std::move(variables);
            return std::make_unique<CompiledModel>(std::move(model), std::move(trainable), std::move(compiled),
                                                   static_cast<std::uint64_t>(seed));
          },
          "model"_a, "optimizer"_a, "steps"_a, "variables"_a, "seed"_a)
      .def_prop_rw(
          "learning_rate", [](const CompiledModel& compiled) { return compiled.trainer.learning_rate(); },
          [](CompiledModel& compiled, double rate) { compiled.trainer.set_learning_rate(rate); })
      .def_prop_ro("iteration", [](const CompiledModel& compiled) { return compiled.trainer.state().iteration; })
      .def("set_class_weights",
           [](CompiledModel& compiled, std::vector<double> weights) {
             compiled.trainer.set_class_weights(std::move(weights));
           })
      .def("set_optimizer_weights",
           [](CompiledModel& compiled, const keras::LoadedModel& loaded) {
             if (loaded.optimizer_in_order) {
               compiled.trainer.set_optimizer_weights_in_order(loaded.optimizer_weights);
             } else {
               compiled.trainer.set_optimizer_weights(loaded.optimizer_weights);
             }
           })
      .def("set_optimizer_weights",
           [](CompiledModel& compiled, const keras::KerasFile& file) {
             compiled.trainer.set_optimizer_weights_in_order(file.optimizer_weights());
           })
      .def(
          "set_training_config",
          [](CompiledModel& compiled, nb::handle config) { compiled.training_config = Json::parse(dump_json(config)); },
          "config"_a.none())
      .def(
          "run_batch",
          [](CompiledModel& compiled, nb::handle x, nb::handle y, nb::handle sample_weight, bool training, bool reset) {
            Batch batch{.x = to_tensors(x), .y = y.is_none() ? std::vector<Tensor>{} : to_tensors(y)};
            if (!sample_weight.is_none()) batch.sample_weight = to_tensor(sample_weight);
            batch.size = batch.x.at(0).shape()[0];
            if (reset) compiled.trainer.reset_metrics();
            {
              const nb::gil_scoped_release release;
              if (training) {
                compiled.trainer.train_batch(batch);
              } else {
                compiled.trainer.test_batch(batch);
              }
            }
            return to_dict(compiled.trainer.logs());
          },
          "x"_a, "y"_a.none(), "sample_weight"_a.none(), "training"_a, "reset"_a)
      .def("reset_metrics", [](CompiledModel& compiled) { compiled.trainer.reset_metrics(); })
      .def("predict_batch", [](CompiledModel& compiled,
                               nb::handle x) { return to_numpy(compiled.trainer.predict_batch(to_tensors(x))); })
      .def("optimizer_weights",
           [](const CompiledModel& compiled) {
             nb::list list;
             for (const auto& [name, tensor] : compiled.trainer.optimizer_weights()) {
               list.append(nb::make_tuple(name, to_numpy(tensor)));
             }
             return list;
           })
      .def("set_named_optimizer_weights",
           [](CompiledModel& compiled, nb::handle weights) {
             keras::NamedTensors tensors;
             for (nb::handle item : weights) {
               const auto pair = nb::cast<nb::tuple>(item);
               tensors.emplace_back(nb::cast<std::string>(pair[0]), to_tensor(pair[1]));
             }
             compiled.trainer.set_optimizer_weights(tensors);
           })
      .def(
          "training_bytes",
          [](CompiledModel& compiled, std::int64_t batch) { return compiled.trainer.training_bytes(batch); }, "batch"_a)
      .def("fit", &fit_model, "data"_a, "validation"_a.none(), "callbacks"_a, "settings"_a)
      .def("evaluate",
           [](CompiledModel& compiled, BatchSource& data, std::int64_t steps, nb::list callbacks) {
             const std::vector<std::unique_ptr<Callback>> natives = make_callbacks(callbacks);
             Logs logs;
             {
               const nb::gil_scoped_release release;
               FitContext context{.trainer = compiled.trainer, .model = compiled};
               logs = evaluate(context, data, steps, natives);
             }
             return to_dict(logs);
           })
      .def("predict", &predict);
}

}  // namespace mltk::python
