#include "train/schedule.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/file.h"

namespace mltk {
namespace {

const ScheduleDef& find_schedule(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ScheduleDef* def : schedule_table()) {
    if (def->name == name) return *def;
    names.push_back(def->name);
  }
  fail(ErrorKind::unsupported, "learning rate schedule '{}' is not supported; there are: {}", name,
       fmt::join(names, ", "));
}

}  // namespace

Schedule Schedule::make(std::string_view name, const nlohmann::json& given) {
  Schedule schedule{&find_schedule(name), nlohmann::json::object()};
  std::vector<std::string_view> known;
  for (const auto& [argument, default_value] : schedule.def->arguments) {
    const std::string key(argument);
    known.push_back(argument);
    if (given.contains(key)) {
      schedule.config[key] = given.at(key);
    } else if (!default_value.empty()) {
      schedule.config[key] = nlohmann::json::parse(default_value);
    } else {
      fail(ErrorKind::invalid_argument, "{}: the argument {} is missing", name, argument);
    }
  }
  for (const auto& [key, value] : given.items()) {
    if (key != "name" && !schedule.config.contains(key)) {
      fail(ErrorKind::invalid_argument, "{} has no argument '{}'; it has: {}", name, key, fmt::join(known, ", "));
    }
  }
  try {
    schedule.rate(0);
  } catch (const nlohmann::json::exception&) {
    fail(ErrorKind::invalid_argument, "{}: its arguments {} are not of the kinds that Keras takes", name,
         schedule.config.dump());
  }
  return schedule;
}

}  // namespace mltk
