#include <algorithm>

#include "base/file.h"
#include "train/fit.h"

namespace mltk {

std::unique_ptr<Callback> make_callback(std::string_view name, const nlohmann::json& arguments) {
  std::vector<std::string> names;
  for (const CallbackDef* def : callback_table()) {
    names.emplace_back(def->name);
    if (def->name != name) continue;
    for (const auto& [key, value] : arguments.items()) {
      if (std::ranges::find(def->arguments, key) != def->arguments.end()) continue;
      const std::vector<std::string> known(def->arguments.begin(), def->arguments.end());
      const auto near = close_matches(key, known);
      fail(ErrorKind::invalid_argument, "{} has no argument '{}'{}; it has: {}", name, key,
           near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near.front()), fmt::join(known, ", "));
    }
    return def->make(arguments);
  }
  fail(ErrorKind::unsupported, "callback '{}' is not supported; there are: {}", name, fmt::join(names, ", "));
}

}  // namespace mltk
