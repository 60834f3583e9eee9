#include "keras/constraint.h"

#include <algorithm>
#include <cmath>

namespace mltk::keras {
namespace {

constexpr float kEpsilon = 1e-7F;

/// Class names, their names as strings, and Keras' default config.
struct Known {
  std::string_view class_name;
  std::string_view name;
  std::string_view config;
};

constexpr Known kKnown[] = {
    {"MaxNorm", "max_norm", R"({"max_value": 2, "axis": 0})"},
    {"NonNeg", "non_neg", "{}"},
    {"UnitNorm", "unit_norm", R"({"axis": 0})"},
    {"MinMaxNorm", "min_max_norm", R"({"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0})"},
};

/// Multiply the elements that share an index of the other axes by factor(their norm).
template <class F>
void scale_by_norm(Tensor& value, const Json& axes, const F& factor) {
  const Shape& shape = value.shape();
  const auto rank = static_cast<std::int64_t>(shape.rank());
  std::vector<bool> joined(shape.rank());
  for (const Json& axis : axes.is_array() ? axes : Json::array({axes})) {
    const auto given = axis.get<std::int64_t>();
    if (given < -rank || given >= rank) {
      fail(ErrorKind::invalid_argument, "constraint: axis={}, but the weight is {}", given, to_string(shape));
    }
    joined[static_cast<std::size_t>(given < 0 ? given + rank : given)] = true;
  }
  // The group of each element: its index without the joined axes.
  const auto elements = value.as<float>();
  std::vector<std::size_t> groups(elements.size());
  std::size_t count = 1;
  std::size_t stride = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    const auto size = static_cast<std::size_t>(shape[axis]);
    if (!joined[axis]) {
      for (std::size_t i = 0; i < groups.size(); ++i) groups[i] += i / stride % size * count;
      count *= size;
    }
    stride *= size;
  }
  std::vector<double> squares(count);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    squares[groups[i]] += static_cast<double>(elements[i]) * elements[i];
  }
  std::vector<float> factors;
  for (const double square : squares) factors.push_back(factor(static_cast<float>(std::sqrt(square))));
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] *= factors[groups[i]];
}

}  // namespace

Json normalize_constraint(const Json& value) {
  if (value.is_null()) return value;
  const std::string name = value.is_string() ? value.get<std::string>() : value.value("class_name", "");
  std::vector<std::string_view> names;
  for (const Known& known : kKnown) {
    names.push_back(known.class_name);
    if (name != known.name && name != known.class_name) continue;
    Json config = Json::parse(known.config);
    const Json given = value.is_object() ? value.at("config") : Json::object();
    for (const auto& [key, argument] : given.items()) {
      if (!config.contains(key)) {
        fail(ErrorKind::invalid_argument, "constraint {} has no argument '{}'", known.class_name, key);
      }
      config[key] = argument;
    }
    return {{"module", "keras.constraints"},
            {"class_name", known.class_name},
            {"config", config},
            {"registered_name", nullptr}};
  }
  fail(ErrorKind::unsupported, "constraint {} is not supported; there are: {}", value.dump(), fmt::join(names, ", "));
}

std::function<void(Tensor&)> make_constraint(const Json& constraint) {
  if (constraint.is_null()) return {};
  const auto name = constraint.at("class_name").get<std::string>();
  const Json config = constraint.at("config");
  if (name == "NonNeg") {
    return [](Tensor& value) {
      for (float& element : value.as<float>()) element = element >= 0 ? element : 0;
    };
  }
  const Json axes = config.at("axis");
  if (name == "UnitNorm") {
    return [axes](Tensor& value) { scale_by_norm(value, axes, [](float norm) { return 1 / (kEpsilon + norm); }); };
  }
  const auto most = config.at("max_value").get<float>();
  if (name == "MaxNorm") {
    return [axes, most](Tensor& value) {
      scale_by_norm(value, axes, [&](float norm) { return std::min(norm, most) / (kEpsilon + norm); });
    };
  }
  const auto least = config.at("min_value").get<float>();
  const auto rate = config.at("rate").get<float>();
  return [axes, most, least, rate](Tensor& value) {
    scale_by_norm(value, axes, [&](float norm) {
      return (rate * std::clamp(norm, least, most) + (1 - rate) * norm) / (kEpsilon + norm);
    });
  };
}

}  // namespace mltk::keras
