#include "keras/activation.h"

#include <vector>

#include "graph/composition.h"
#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/elu.h"
#include "graph/ops/erf.h"
#include "graph/ops/exp.h"
#include "graph/ops/mul.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/softmax.h"
#include "graph/ops/tanh.h"

namespace mltk::keras {
namespace {

ValueId swish(Graph& graph, ValueId x) { return ops::mul(graph, x, ops::sigmoid(graph, x)); }

/// Klambauer et al. 2017.
ValueId selu(Graph& graph, ValueId x) {
  return ops::mul(graph, ops::elu(graph, x, {1.67326324F}), graph.add_scalar(1.05070098F));
}

/// x times the probability that a normal number is below x.
ValueId gelu(Graph& graph, ValueId x) {
  const ValueId error = ops::erf(graph, ops::mul(graph, x, graph.add_scalar(0.70710678F)));
  const ValueId twice = ops::mul(graph, x, ops::add(graph, error, graph.add_scalar(1)));
  return ops::mul(graph, twice, graph.add_scalar(0.5F));
}

ValueId softsign(Graph& graph, ValueId x) {
  return ops::div(graph, x, ops::add(graph, ops::abs(graph, x), graph.add_scalar(1)));
}

ValueId hard_sigmoid(Graph& graph, ValueId x) {
  const ValueId line = ops::add(graph, ops::mul(graph, x, graph.add_scalar(0.2F)), graph.add_scalar(0.5F));
  return ops::clip(graph, line, {0, 1});
}

ValueId mish(Graph& graph, ValueId x) { return ops::mul(graph, x, ops::tanh(graph, softplus(graph, x))); }

constexpr ActivationDef kActivations[] = {
    {"linear", [](Graph&, ValueId x) { return x; }},
    {"relu", ops::relu},
    {"relu6", ops::relu6},
    {"sigmoid", ops::sigmoid},
    {"tanh", ops::tanh},
    {"softmax", ops::softmax},
    {"exponential", ops::exp},
    {"swish", swish},
    {"elu", [](Graph& graph, ValueId x) { return ops::elu(graph, x, {1}); }},
    {"selu", selu},
    {"gelu", gelu},
    {"softplus", softplus},
    {"softsign", softsign},
    {"hard_sigmoid", hard_sigmoid},
    {"mish", mish},
};

}  // namespace

const ActivationDef& find_activation(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ActivationDef& activation : kActivations) {
    if (activation.name == name) return activation;
    names.push_back(activation.name);
  }
  fail(ErrorKind::unsupported, "activation '{}' is not supported; there are: {}", name, fmt::join(names, ", "));
}

}  // namespace mltk::keras
