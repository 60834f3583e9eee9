#include "keras/activation.h"

#include <vector>

#include "graph/ops/exp.h"
#include "graph/ops/mul.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/softmax.h"
#include "graph/ops/tanh.h"

namespace mltk::keras {
namespace {

constexpr ActivationDef kActivations[] = {
    {"linear", [](Graph&, ValueId x) { return x; }},
    {"relu", ops::relu},
    {"relu6", ops::relu6},
    {"sigmoid", ops::sigmoid},
    {"tanh", ops::tanh},
    {"softmax", ops::softmax},
    {"exponential", ops::exp},
    {"swish", [](Graph& graph, ValueId x) { return ops::mul(graph, x, ops::sigmoid(graph, x)); }},
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
