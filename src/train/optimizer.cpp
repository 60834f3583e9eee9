#include "train/optimizer.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"

namespace mltk {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const OptimizerDef& find_optimizer(std::string_view name) {
  std::vector<std::string> names;
  for (const OptimizerDef* def : optimizer_table()) {
    if (equal_ignoring_case(def->name, name)) return *def;
    names.emplace_back(def->name);
  }
  fail(ErrorKind::unsupported, "optimizer '{}' is not supported; there are: {}", name, fmt::join(names, ", "));
}

OptimizerConfig OptimizerConfig::make(std::string_view name, const Hyperparameters& given) {
  OptimizerConfig config{&find_optimizer(name), {}};
  for (const HyperparameterDef& hyper : config.def->hyperparameters) config.hyper.emplace(hyper.name, hyper.value);
  for (const auto& [key, value] : given) {
    const auto found = config.hyper.find(key);
    if (found == config.hyper.end()) {
      std::vector<std::string> known;
      for (const auto& [known_name, _] : config.hyper) known.push_back(known_name);
      fail(ErrorKind::invalid_argument, "optimizer {} has no argument '{}'; it has: {}", config.def->name, key,
           fmt::join(known, ", "));
    }
    found->second = value;
  }
  return config;
}

}  // namespace mltk
