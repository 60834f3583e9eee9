// The operators of the graph, and layers whose build and call are written in Python.

#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <map>

#include "base/philox.h"
#include "base/thread_pool.h"
#include "graph/composition.h"
#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/arg_max.h"
#include "graph/ops/average_pool_2d.h"
#include "graph/ops/batch_matmul.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/clip.h"
#include "graph/ops/concat.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/conv_2d_backward_input.h"
#include "graph/ops/cos.h"
#include "graph/ops/depthwise_conv_2d.h"
#include "graph/ops/div.h"
#include "graph/ops/dropout_mask.h"
#include "graph/ops/elu.h"
#include "graph/ops/equal.h"
#include "graph/ops/erf.h"
#include "graph/ops/exp.h"
#include "graph/ops/floor.h"
#include "graph/ops/gather.h"
#include "graph/ops/greater.h"
#include "graph/ops/leaky_relu.h"
#include "graph/ops/log.h"
#include "graph/ops/matmul.h"
#include "graph/ops/max_pool_2d.h"
#include "graph/ops/maximum.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/one_hot.h"
#include "graph/ops/pad.h"
#include "graph/ops/power.h"
#include "graph/ops/projective_transform.h"
#include "graph/ops/random_normal.h"
#include "graph/ops/reduce_max.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "graph/ops/reshape.h"
#include "graph/ops/resize.h"
#include "graph/ops/reverse.h"
#include "graph/ops/rsqrt.h"
#include "graph/ops/select.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/sin.h"
#include "graph/ops/slice.h"
#include "graph/ops/softmax.h"
#include "graph/ops/split.h"
#include "graph/ops/sqrt.h"
#include "graph/ops/square.h"
#include "graph/ops/stop_gradient.h"
#include "graph/ops/sub.h"
#include "graph/ops/tanh.h"
#include "graph/ops/transpose.h"
#include "graph/ops/unstack.h"
#include "keras/constraint.h"
#include "keras/initializer.h"
#include "keras/regularizer.h"
#include "passes/differentiate.h"
#include "python_layer.h"
#include "train/loss.h"
#include "train/metrics/mean.h"
#include "train/plan.h"

namespace mltk::python {
namespace {

using namespace nb::literals;
using keras::Json;
using Ids = std::vector<std::int32_t>;
using SeedFunction = std::function<std::int64_t()>;

/// What an operator is made from in Python: operands and attributes by name.
struct Call {
  Graph& graph;
  std::span<const ValueId> inputs;
  const Json& attributes;

  ValueId x() const { return inputs[0]; }
  template <class T>
  T get(const char* name) const {
    return attributes.at(name).get<T>();
  }
  /// Sizes with None for the batch.
  Shape shape(const char* name) const {
    std::vector<std::int64_t> dims;
    for (const Json& size : attributes.at(name)) dims.push_back(size.is_null() ? kBatch : size.get<std::int64_t>());
    return Shape(dims);
  }
  ReduceAttributes reduction() const {
    return {.axes = get<std::vector<std::int64_t>>("axes"), .keep_dims = get<bool>("keep_dims")};
  }
  MatmulAttributes matmul() const { return {get<bool>("transpose_a"), get<bool>("transpose_b")}; }
  Window2d window() const {
    const auto kernel = get<std::vector<std::int64_t>>("kernel");
    const auto strides = get<std::vector<std::int64_t>>("strides");
    const auto dilations = get<std::vector<std::int64_t>>("dilations");
    return {.kernel_height = kernel.at(0),
            .kernel_width = kernel.at(1),
            .stride_height = strides.at(0),
            .stride_width = strides.at(1),
            .dilation_height = dilations.at(0),
            .dilation_width = dilations.at(1),
            .same = get<bool>("same")};
  }
  FillMode fill_mode() const {
    const auto name = get<std::string>("fill_mode");
    return name == "nearest"   ? FillMode::nearest
           : name == "reflect" ? FillMode::reflect
           : name == "wrap"    ? FillMode::wrap
                               : FillMode::constant;
  }
  Interpolation interpolation() const {
    const auto name = get<std::string>("interpolation");
    return name == "nearest"   ? Interpolation::nearest
           : name == "bicubic" ? Interpolation::bicubic
                               : Interpolation::bilinear;
  }
};

using Make = std::vector<ValueId> (*)(const Call&);

template <ValueId (*kMake)(Graph&, ValueId)>
std::vector<ValueId> unary(const Call& call) {
  return {kMake(call.graph, call.x())};
}

template <ValueId (*kMake)(Graph&, ValueId, ValueId)>
std::vector<ValueId> binary(const Call& call) {
  return {kMake(call.graph, call.inputs[0], call.inputs[1])};
}

/// The operators that Python composes functions of, by name.
const std::map<std::string_view, Make>& operators() {
  using Values = std::vector<ValueId>;
  static const std::map<std::string_view, Make> table = {
      {"abs", unary<ops::abs>},
      {"arg_max", unary<ops::arg_max>},
      {"batch_size", unary<ops::batch_size>},
      {"cos", unary<ops::cos>},
      {"erf", unary<ops::erf>},
      {"exp", unary<ops::exp>},
      {"floor", unary<ops::floor>},
      {"log", unary<ops::log>},
      {"neg", unary<ops::neg>},
      {"relu", unary<ops::relu>},
      {"relu6", unary<ops::relu6>},
      {"rsqrt", unary<ops::rsqrt>},
      {"sigmoid", unary<ops::sigmoid>},
      {"sin", unary<ops::sin>},
      {"softmax", unary<ops::softmax>},
      {"softplus", unary<softplus>},
      {"sqrt", unary<ops::sqrt>},
      {"square", unary<ops::square>},
      {"stop_gradient", unary<ops::stop_gradient>},
      {"tanh", unary<ops::tanh>},
      {"add", binary<ops::add>},
      {"div", binary<ops::div>},
      {"equal", binary<ops::equal>},
      {"gather", binary<ops::gather>},
      {"greater", binary<ops::greater>},
      {"maximum", binary<ops::maximum>},
      {"minimum", binary<ops::minimum>},
      {"mul", binary<ops::mul>},
      {"sub", binary<ops::sub>},
      {"select", [](const Call& c) -> Values { return {ops::select(c.graph, c.inputs[0], c.inputs[1], c.inputs[2])}; }},
      {"clip",
       [](const Call& c) -> Values {
         return {ops::clip(c.graph, c.x(), {c.get<float>("low"), c.get<float>("high")})};
       }},
      {"elu", [](const Call& c) -> Values { return {ops::elu(c.graph, c.x(), {c.get<float>("alpha")})}; }},
      {"leaky_relu",
       [](const Call& c) -> Values { return {ops::leaky_relu(c.graph, c.x(), {c.get<float>("alpha")})}; }},
      {"power", [](const Call& c) -> Values { return {ops::power(c.graph, c.x(), {c.get<float>("exponent")})}; }},
      {"projective_transform",
       [](const Call& c) -> Values {
         return {ops::projective_transform(c.graph, c.inputs[0], c.inputs[1],
                                           {c.get<std::int64_t>("height"), c.get<std::int64_t>("width"),
                                            c.interpolation(), c.fill_mode(), c.get<float>("fill_value")})};
       }},
      {"reduce_max", [](const Call& c) -> Values { return {ops::reduce_max(c.graph, c.x(), c.reduction())}; }},
      {"reduce_mean", [](const Call& c) -> Values { return {ops::reduce_mean(c.graph, c.x(), c.reduction())}; }},
      {"reduce_sum", [](const Call& c) -> Values { return {ops::reduce_sum(c.graph, c.x(), c.reduction())}; }},
      {"broadcast", [](const Call& c) -> Values { return {ops::broadcast(c.graph, c.x(), c.shape("shape"))}; }},
      {"reshape", [](const Call& c) -> Values { return {ops::reshape(c.graph, c.x(), c.shape("shape"), true)}; }},
      {"transpose",
       [](const Call& c) -> Values {
         return {ops::transpose(c.graph, c.x(), {c.get<std::vector<std::int64_t>>("permutation")})};
       }},
      {"concat",
       [](const Call& c) -> Values {
         return {ops::concat(c.graph, {c.inputs.begin(), c.inputs.end()}, {c.get<std::int64_t>("axis")})};
       }},
      {"stack", [](const Call& c) -> Values { return {ops::stack(c.graph, c.inputs, c.get<std::size_t>("axis"))}; }},
      {"unstack", [](const Call& c) { return ops::unstack(c.graph, c.x(), {c.get<std::size_t>("axis")}); }},
      {"split",
       [](const Call& c) {
         return ops::split(c.graph, c.x(),
                           {.axis = c.get<std::int64_t>("axis"), .parts = c.get<std::int64_t>("parts")});
       }},
      {"slice",
       [](const Call& c) -> Values {
         return {ops::slice(c.graph, c.x(),
                            {.begin = c.get<std::vector<std::int64_t>>("begin"), .size = c.shape("size").dims()})};
       }},
      {"reverse", [](const Call& c) -> Values { return {ops::reverse(c.graph, c.x(), {c.get<std::size_t>("axis")})}; }},
      {"pad",
       [](const Call& c) -> Values {
         return {ops::pad(c.graph, c.x(), {c.get<std::vector<std::pair<std::int64_t, std::int64_t>>>("padding")})};
       }},
      {"matmul", [](const Call& c) -> Values { return {ops::matmul(c.graph, c.inputs[0], c.inputs[1], c.matmul())}; }},
      {"batch_matmul",
       [](const Call& c) -> Values { return {ops::batch_matmul(c.graph, c.inputs[0], c.inputs[1], c.matmul())}; }},
      {"one_hot",
       [](const Call& c) -> Values { return {ops::one_hot(c.graph, c.x(), {c.get<std::int64_t>("depth")})}; }},
      {"conv_2d",
       [](const Call& c) -> Values {
         return {ops::conv_2d(c.graph, c.inputs[0], c.inputs[1], {.window = c.window()})};
       }},
      {"depthwise_conv_2d",
       [](const Call& c) -> Values {
         return {ops::depthwise_conv_2d(c.graph, c.inputs[0], c.inputs[1], {c.window()})};
       }},
      {"average_pool_2d", [](const Call& c) -> Values { return {ops::average_pool_2d(c.graph, c.x(), {c.window()})}; }},
      {"max_pool_2d", [](const Call& c) -> Values { return {ops::max_pool_2d(c.graph, c.x(), {c.window()})}; }},
      {"resize",
       [](const Call& c) -> Values {
         return {ops::resize(c.graph, c.x(),
                             {c.get<std::int64_t>("height"), c.get<std::int64_t>("width"), c.interpolation()})};
       }},
      {"random_normal",
       [](const Call& c) -> Values {
         return {ops::random_normal(
             c.graph, c.x(),
             {c.get<float>("mean"), c.get<float>("stddev"), c.get<std::uint32_t>("stream"), c.shape("shape")})};
       }},
      {"dropout_mask",
       [](const Call& c) -> Values {
         return {ops::dropout_mask(c.graph, c.x(),
                                   {c.get<float>("rate"), c.get<std::uint32_t>("stream"), c.shape("shape")})};
       }},
  };
  return table;
}

std::vector<ValueId> to_values(const Ids& ids) {
  std::vector<ValueId> values;
  for (const std::int32_t id : ids) values.push_back({id});
  return values;
}

Ids to_ids(std::span<const ValueId> values) {
  Ids ids;
  for (const ValueId value : values) ids.push_back(value.index);
  return ids;
}

Ids add_operator(Graph& graph, const std::string& name, const Ids& inputs, nb::handle attributes) {
  const auto found = operators().find(name);
  MLTK_ASSERT(found != operators().end());
  const std::vector<ValueId> values = to_values(inputs);
  const Json json = Json::parse(dump_json(attributes));
  return to_ids(found->second({graph, values, json}));
}

Shape to_shape(nb::handle sizes) {
  std::vector<std::int64_t> dims;
  for (nb::handle size : sizes) dims.push_back(size.is_none() ? kBatch : nb::cast<std::int64_t>(size));
  return Shape(dims);
}

/// Runs a graph once; the inputs are float32 arrays in its order.
nb::list evaluate_graph(Graph& graph, const Ids& outputs, nb::handle arrays, std::int64_t batch, std::uint64_t seed,
                        std::int64_t step) {
  const std::vector<Tensor> tensors = to_tensors(arrays);
  graph.set_outputs(to_values(outputs));
  std::vector<Tensor> results;
  {
    const nb::gil_scoped_release release;
    std::vector<std::span<const float>> inputs;
    for (const Tensor& tensor : tensors) inputs.push_back(tensor.as<float>());
    ThreadPool pool;
    Plan plan(graph, batch);
    plan.run(inputs, batch, {.seed = seed, .step = step}, pool);
    for (const ValueId id : graph.outputs()) {
      results.emplace_back(graph.shape(id).batched() ? graph.shape(id).with_batch(batch) : graph.shape(id),
                           plan.value(id));
    }
  }
  return to_numpy(results);
}

std::shared_ptr<Variable> make_variable(const std::string& name, nb::handle value, bool trainable,
                                        nb::handle constraint) {
  auto variable = std::make_shared<Variable>();
  variable->name = name;
  variable->value = to_tensor(value).cast(DType::float32);
  variable->trainable = trainable;
  variable->constraint = keras::make_constraint(keras::normalize_constraint(Json::parse(dump_json(constraint))));
  return variable;
}

}  // namespace

nb::tuple shape_tuple(const Shape& shape) {
  nb::list list;
  for (const std::int64_t size : shape) list.append(size == kBatch ? nb::none() : nb::cast(size));
  return nb::tuple(list);
}

nb::object PythonLayer::object() const {
  nb::object object = reference_();
  if (object.is_none()) {
    fail(ErrorKind::internal, "the Python object of layer '{}' is gone; keep the model or the layer", name_);
  }
  return object;
}

std::string PythonLayer::class_name() const {
  const nb::gil_scoped_acquire acquire;
  return nb::cast<std::string>(object().attr("_native_class_name")());
}

Json PythonLayer::config() const {
  const nb::gil_scoped_acquire acquire;
  return Json::parse(dump_json(object().attr("_native_config")()));
}

void PythonLayer::build(std::span<const Shape> inputs, const std::string& scope) {
  const nb::gil_scoped_acquire acquire;
  nb::list shapes;
  for (const Shape& shape : inputs) shapes.append(shape_tuple(shape));
  object().attr("_native_build")(shapes, scope);
}

std::vector<ValueId> PythonLayer::call(Graph& graph, std::span<const ValueId> inputs, bool training,
                                       const Json& keywords) const {
  const nb::gil_scoped_acquire acquire;
  const nb::object results = object().attr("_native_call")(nb::cast(&graph, nb::rv_policy::reference), to_ids(inputs),
                                                           training, load_json(keywords.dump()));
  return to_values(nb::cast<Ids>(results));
}

std::vector<std::shared_ptr<Variable>> PythonLayer::weights() const {
  const nb::gil_scoped_acquire acquire;
  return nb::cast<std::vector<std::shared_ptr<Variable>>>(object().attr("_native_weights")());
}

std::vector<keras::StateEntry> to_state(nb::handle entries) {
  std::vector<keras::StateEntry> state;
  for (nb::handle item : entries) {
    const auto pair = nb::cast<nb::tuple>(item);
    state.push_back({nb::cast<std::string>(pair[0]), nb::cast<std::vector<std::shared_ptr<Variable>>>(pair[1])});
  }
  return state;
}

std::vector<keras::StateEntry> PythonLayer::state() const {
  const nb::gil_scoped_acquire acquire;
  return to_state(object().attr("_native_state")());
}

std::string PythonLayer::module() const {
  const nb::gil_scoped_acquire acquire;
  return nb::cast<std::string>(object().attr("_native_module")());
}

bool PythonLayer::trainable() const {
  const nb::gil_scoped_acquire acquire;
  return nb::cast<bool>(object().attr("trainable"));
}

void PythonLayer::set_trainable(bool value) {
  const nb::gil_scoped_acquire acquire;
  object().attr("trainable") = value;
}

void PythonLayer::add_penalties(Graph& graph) const {
  const nb::gil_scoped_acquire acquire;
  object().attr("_native_penalties")(nb::cast(&graph, nb::rv_policy::reference));
}

void bind_graph(nb::module_& module) {
  nb::class_<Variable>(module, "Variable")
      .def_prop_ro("name", [](const Variable& variable) { return variable.name; })
      .def_prop_ro("shape", [](const Variable& variable) { return shape_tuple(variable.value.shape()); })
      .def_prop_ro("key", [](const Variable& variable) { return reinterpret_cast<std::uintptr_t>(&variable); })
      .def_rw("trainable", &Variable::trainable)
      .def("value", [](const Variable& variable) { return to_numpy(variable.value); })
      .def("assign", [](Variable& variable, nb::handle array) {
        Tensor value = to_tensor(array).cast(DType::float32);
        if (value.shape() != variable.value.shape()) {
          fail(ErrorKind::invalid_argument, "'{}' is {} and was assigned a value of the shape {}", variable.name,
               to_string(variable.value.shape()), to_string(value.shape()));
        }
        variable.value = std::move(value);
      });
  module.def("make_variable", &make_variable, "name"_a, "value"_a, "trainable"_a, "constraint"_a.none());
  module.def("initial_values", [](nb::handle config, nb::handle shape, const SeedFunction& next_seed) {
    const Json initializer = keras::normalize_initializer(Json::parse(dump_json(config)));
    return to_numpy(keras::draw_initial_values(initializer, to_shape(shape), next_seed));
  });

  nb::class_<Graph>(module, "Graph")
      .def(nb::init<>())
      .def("operator", &add_operator, "name"_a, "inputs"_a, "attributes"_a)
      .def("input", [](Graph& graph, const std::string& name,
                       nb::handle shape) { return graph.add_input(name, {DType::float32, to_shape(shape)}).index; })
      .def("constant", [](Graph& graph,
                          nb::handle array) { return graph.add_constant(to_tensor(array).cast(DType::float32)).index; })
      .def("variable", [](Graph& graph,
                          std::shared_ptr<Variable> variable) { return graph.add_variable(std::move(variable)).index; })
      .def("shape", [](const Graph& graph, std::int32_t id) { return shape_tuple(graph.shape(ValueId{id})); })
      .def("is_batched", [](const Graph& graph, std::int32_t id) { return graph.shape(ValueId{id}).batched(); })
      .def("update", [](Graph& graph, std::shared_ptr<Variable> variable,
                        std::int32_t id) { graph.add_update(std::move(variable), {id}); })
      .def_prop_ro("collects_penalties", &Graph::collects_penalties)
      .def_prop_ro("deployed", &Graph::deployed)
      .def("penalty", [](Graph& graph, std::int32_t id) { graph.add_penalty({id}); })
      .def("weight_penalty",
           [](Graph& graph, std::shared_ptr<Variable> variable, nb::handle regularizer) {
             const Json config = keras::normalize_regularizer(Json::parse(dump_json(regularizer)));
             const ValueId weight = graph.add_variable(std::move(variable));
             graph.add_penalty(keras::add_penalty(graph, weight, config));
           })
      .def("activity_penalty",
           [](Graph& graph, std::int32_t id, nb::handle regularizer) {
             keras::add_activity_penalty(graph, {id},
                                         keras::normalize_regularizer(Json::parse(dump_json(regularizer))));
           })
      .def("mask", [](const Graph& graph, std::int32_t id) { return graph.mask({id}).index; })
      .def("set_mask", [](Graph& graph, std::int32_t id, std::int32_t mask) { graph.set_mask({id}, {mask}); })
      .def("penalties", [](const Graph& graph) { return to_ids(graph.penalties()); })
      .def("layer", [](const Graph& graph) { return graph.scope().layer; })
      .def("set_layer",
           [](Graph& graph, const std::string& layer) {
             Scope scope = graph.scope();
             scope.layer = layer;
             graph.set_scope(std::move(scope));
           })
      .def(
          "call",
          [](Graph& graph, const keras::Layer& layer, const Ids& inputs, bool training, const std::string& prefix,
             nb::handle keywords) {
            return to_ids(layer.call_all(graph, to_values(inputs), training, prefix, Json::parse(dump_json(keywords))));
          })
      .def("layer_penalties", [](Graph& graph, const keras::Layer& layer) { layer.add_penalties(graph); })
      .def("differentiate", [](Graph& graph, std::int32_t loss,
                               const Ids& wrt) { return to_ids(differentiate(graph, {loss}, to_values(wrt))); })
      .def("evaluate", &evaluate_graph, "outputs"_a, "inputs"_a, "batch"_a, "seed"_a, "step"_a);

  module.def("random_words", [](std::int64_t first, std::int64_t second, std::int64_t count) {
    const StatelessWords words(first, second);
    Tensor tensor(DType::int64, {count});
    const auto values = tensor.as<std::int64_t>();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = words.block(i / 4)[i % 4];
    return to_numpy(tensor);
  });
  module.def("metric_sums", [](Graph& graph, const std::string& name, nb::handle arguments, std::int32_t labels,
                               std::int32_t predictions, std::int32_t weights) {
    const LossArguments json = LossArguments::parse(dump_json(arguments));
    const LossInputs inputs{{labels}, {predictions}, &json, {weights}};
    const MetricDef* def = find_metric(name, graph.shape(inputs.labels), graph.shape(inputs.predictions));
    check_arguments(name, json, def != nullptr ? def->arguments : find_loss(name).arguments);
    return to_ids(def != nullptr ? def->build(graph, inputs)
                                 : mean_sums(graph, find_loss(name).build(graph, inputs), inputs.weights));
  });
  module.def("metric_result", [](const std::string& name, nb::handle arguments, nb::handle arrays, nb::handle labels,
                                 nb::handle predictions) {
    const LossArguments json = LossArguments::parse(dump_json(arguments));
    std::vector<std::vector<double>> sums;
    for (const Tensor& tensor : to_tensors(arrays)) {
      const Tensor doubles = tensor.cast(DType::float64);
      sums.emplace_back(doubles.as<double>().begin(), doubles.as<double>().end());
    }
    const MetricDef* def = find_metric(name, to_shape(labels), to_shape(predictions));
    return def != nullptr ? def->result(sums, json) : mean_result(sums, json);
  });
  module.def("loss_values", [](Graph& graph, const std::string& name, nb::handle arguments, std::int32_t labels,
                               std::int32_t predictions) {
    const LossArguments json = LossArguments::parse(dump_json(arguments));
    check_arguments(name, json, find_loss(name).arguments);
    return find_loss(name).build(graph, {{labels}, {predictions}, &json}).index;
  });
  module.def("reduce_losses", [](Graph& graph, std::int32_t losses, std::int32_t weights, std::int32_t mask,
                                 const std::string& reduction) {
    const ValueId weighted = weights < 0 ? ValueId{losses} : apply_weights(graph, {losses}, {weights});
    return reduce_masked(graph, weighted, {mask}, find_reduction(reduction)).index;
  });

  module.def(
      "python_layer",
      [](nb::handle object, const std::string& name, nb::handle arguments, const std::string& file, int line) {
        return std::make_shared<keras::Layer>(std::make_unique<PythonLayer>(object, name), name,
                                              Json::parse(dump_json(arguments)), SourceLocation{file, line});
      },
      "object"_a, "name"_a, "arguments"_a, "file"_a, "line"_a);
  module.def("build_layer",
             [](keras::Layer& layer, nb::handle shapes, const SeedFunction& next_seed, const std::string& scope) {
               std::vector<Shape> inputs;
               for (nb::handle shape : shapes) inputs.push_back(to_shape(shape));
               layer.build(inputs, next_seed, scope);
             });
  module.def("layer_variables", [](const keras::Layer& layer) { return layer.weights(); });
}

}  // namespace mltk::python
