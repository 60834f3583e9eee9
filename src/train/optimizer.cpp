#include "train/optimizer.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "base/file.h"

namespace mltk {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Elements of a variable that one task of the optimizer updates.
constexpr std::size_t kChunk = 8192;

constexpr HyperparameterDef kCommon[] = {
    {"weight_decay", kNone, "share of a weight that each update takes away, times the learning rate"},
    {"clipnorm", kNone, "largest norm of the gradient of one variable"},
    {"clipvalue", kNone, "largest absolute value in a gradient"},
    {"global_clipnorm", kNone, "largest norm of all gradients together"},
    {"use_ema", 0, "1: at the end of training weights become their moving averages"},
    {"ema_momentum", 0.99, "of the moving averages"},
    {"ema_overwrite_frequency", kNone, "updates after which weights take their moving averages"},
};

constexpr HyperparameterDef kLegacyCommon[] = {
    {"decay", 0, "the rate is divided by 1 + decay * updates"},
    {"clipnorm", kNone, "largest norm of the gradient of one variable"},
    {"clipvalue", kNone, "largest absolute value in a gradient"},
    {"global_clipnorm", kNone, "largest norm of all gradients together"},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

double sum_of_squares(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return sum;
}

/// The variable's path without ":0".
std::string path_of(const Variable& variable) {
  const std::size_t colon = variable.name.rfind(':');
  return colon == std::string::npos ? variable.name : variable.name.substr(0, colon);
}

void check(const OptimizerConfig& config) {
  std::vector<std::string_view> clips;
  for (const std::string_view name : {"clipnorm", "clipvalue", "global_clipnorm"}) {
    if (!std::isnan(config.hyper.find(name)->second)) clips.push_back(name);
  }
  if (clips.size() > 1) {
    fail(ErrorKind::invalid_argument, "optimizer {} has {}; give one of them", config.def->name,
         fmt::join(clips, " and "));
  }
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

std::vector<HyperparameterDef> all_hyperparameters(const OptimizerDef& def, bool legacy) {
  std::vector<HyperparameterDef> all(def.hyperparameters.begin(), def.hyperparameters.end());
  const auto add = [&](std::span<const HyperparameterDef> more) {
    for (const HyperparameterDef& hyper : more) {
      if (std::ranges::find(all, hyper.name, &HyperparameterDef::name) == all.end()) all.push_back(hyper);
    }
  };
  if (legacy) {
    add(kLegacyCommon);
  } else {
    add(kCommon);
  }
  return all;
}

OptimizerConfig OptimizerConfig::make(std::string_view name, const Hyperparameters& given, bool legacy) {
  OptimizerConfig config{.def = &find_optimizer(name), .hyper = {}, .legacy = legacy, .schedule = {}};
  if (legacy && !config.def->has_legacy) {
    fail(ErrorKind::unsupported, "there is no legacy optimizer {}; use tf.keras.optimizers.{}", config.def->name,
         config.def->name);
  }
  for (const HyperparameterDef& hyper : all_hyperparameters(*config.def, legacy)) {
    config.hyper.emplace(hyper.name, hyper.value);
  }
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
  check(config);
  return config;
}

Optimizer::Optimizer(OptimizerConfig config, std::vector<std::shared_ptr<Variable>> variables)
    : config_(std::move(config)), variables_(std::move(variables)), learning_rate_(hyper("learning_rate")) {
  for (const auto& variable : variables_) {
    const Shape& shape = variable->value.shape();
    slot_defs_.push_back(config_.def->slots(config_.hyper, shape));
    auto& tensors = slots_.emplace_back();
    for (const SlotDef& slot : slot_defs_.back()) {
      Tensor& tensor = tensors.emplace_back(DType::float32, slot.shape.value_or(shape));
      std::ranges::fill(tensor.as<float>(), slot.initial);
    }
    if (hyper("use_ema") == 1) averages_.push_back(variable->value);
  }
  make_chunks();
}

/// Value of a hyper-parameter; NaN when it is None or the optimizer does not have it.
double Optimizer::hyper(std::string_view name) const {
  const auto found = config_.hyper.find(name);
  return found == config_.hyper.end() ? kNone : found->second;
}

/// The learning rate of the next update; that of legacy optimizers decays.
double Optimizer::step_size() const {
  if (!config_.legacy) return learning_rate();
  const auto decay = static_cast<float>(hyper("decay"));
  return static_cast<float>(learning_rate()) / (1 + decay * static_cast<float>(iteration_));
}

void Optimizer::set_learning_rate(double value) {
  if (config_.schedule) {
    fail(ErrorKind::invalid_argument,
         "the optimizer's learning rate comes from {} and cannot be set; give the optimizer a number, or leave out the "
         "callback that sets it",
         config_.schedule->def->name);
  }
  learning_rate_ = value;
}

void Optimizer::make_chunks() {
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const auto size = static_cast<std::size_t>(variables_[v]->value.elements());
    const std::size_t step = config_.def->whole_variables ? std::max<std::size_t>(size, 1) : kChunk;
    for (std::size_t begin = 0; begin < size; begin += step) {
      chunks_.push_back({.variable = v, .begin = begin, .size = std::min(step, size - begin)});
    }
  }
}

/// The factor of each gradient that clipping by norm asks for.
void Optimizer::set_scales(std::span<const std::span<const float>> gradients) {
  scales_.assign(gradients.size(), 1.0F);
  const double clip = hyper("clipnorm");
  const double global_clip = hyper("global_clipnorm");
  if (!std::isnan(clip)) {
    for (std::size_t v = 0; v < gradients.size(); ++v) {
      scales_[v] = static_cast<float>(clip / std::max(std::sqrt(sum_of_squares(gradients[v])), clip));
    }
  } else if (!std::isnan(global_clip)) {
    double sum = 0;
    for (const auto gradient : gradients) sum += sum_of_squares(gradient);
    std::ranges::fill(scales_, static_cast<float>(global_clip / std::max(std::sqrt(sum), global_clip)));
  }
}

void Optimizer::update_chunk(Chunk& chunk, std::span<const float> gradient, float scale) {
  const auto weight = variables_[chunk.variable]->value.as<float>().subspan(chunk.begin, chunk.size);
  const double limit = hyper("clipvalue");
  if (scale != 1 || !std::isnan(limit)) {
    chunk.clipped.assign(gradient.begin(), gradient.end());
    const auto most = static_cast<float>(limit);
    for (float& value : chunk.clipped) {
      value *= scale;
      if (!std::isnan(limit)) value = std::min(std::max(value, -most), most);
    }
    gradient = chunk.clipped;
  }
  const double rate = step_size();
  const double decay = hyper("weight_decay");
  if (!std::isnan(decay)) {
    for (float& value : weight) value -= value * static_cast<float>(decay) * static_cast<float>(rate);
  }
  chunk.slots.clear();
  for (Tensor& slot : slots_[chunk.variable]) {
    const auto whole = slot.as<float>();
    chunk.slots.push_back(config_.def->whole_variables ? whole : whole.subspan(chunk.begin, chunk.size));
  }
  config_.def->update({
      .weight = weight,
      .gradient = gradient,
      .slots = chunk.slots,
      .learning_rate = rate,
      .iteration = iteration_ + 1,
      .hyper = &config_.hyper,
      .shape = &variables_[chunk.variable]->value.shape(),
      .legacy = config_.legacy,
      .scheduled = config_.schedule.has_value(),
  });
}

void Optimizer::update_average(const Chunk& chunk) {
  const auto weight = variables_[chunk.variable]->value.as<float>().subspan(chunk.begin, chunk.size);
  const auto average = averages_[chunk.variable].as<float>().subspan(chunk.begin, chunk.size);
  const auto momentum = static_cast<float>(hyper("ema_momentum"));
  const auto rest = static_cast<float>(1 - hyper("ema_momentum"));
  for (std::size_t i = 0; i < chunk.size; ++i) average[i] = momentum * average[i] + rest * weight[i];
  const double frequency = hyper("ema_overwrite_frequency");
  if (!std::isnan(frequency) && (iteration_ + 1) % static_cast<std::int64_t>(frequency) == 0) {
    std::ranges::copy(average, weight.begin());
  }
}

void Optimizer::apply(std::span<const std::span<const float>> gradients, ThreadPool& pool) {
  set_scales(gradients);
  const auto update = [&](int task) {
    Chunk& chunk = chunks_[static_cast<std::size_t>(task)];
    const auto gradient = gradients[chunk.variable];
    if (!gradient.empty()) update_chunk(chunk, gradient.subspan(chunk.begin, chunk.size), scales_[chunk.variable]);
    if (!averages_.empty()) update_average(chunk);
  };
  pool.run(static_cast<int>(chunks_.size()), std::ref(update));  // a function of its own would allocate
  ++iteration_;
  for (const auto& variable : variables_) {
    if (variable->constraint) variable->constraint(variable->value);
  }
}

void Optimizer::finish() {
  for (std::size_t v = 0; v < averages_.size(); ++v) {
    std::ranges::copy(averages_[v].as<float>(), variables_[v]->value.as<float>().begin());
  }
}

std::vector<std::pair<std::string, Tensor*>> Optimizer::slots() {
  std::vector<std::pair<std::string, Tensor*>> all;
  const std::string_view name = config_.def->name;
  for (std::size_t v = 0; v < averages_.size(); ++v) {
    all.emplace_back(fmt::format("{}/average/{}:0", name, path_of(*variables_[v])), &averages_[v]);
  }
  std::size_t most = 0;
  for (const auto& defs : slot_defs_) most = std::max(most, defs.size());
  // Legacy optimizers have slot after slot, but for Ftrl, which makes both of a variable at once.
  const std::size_t grouped = config_.legacy && config_.def->name != "Ftrl" ? 1 : config_.def->grouped_slots;
  for (std::size_t first = 0, last = 0; first < most; first = last) {
    last = std::max(first + 1, std::min(grouped, most));
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      for (std::size_t i = first; i < std::min(last, slots_[v].size()); ++i) {
        const SlotDef& slot = slot_defs_[v][i];
        const std::string path = path_of(*variables_[v]);
        const std::string& legacy = slot.legacy_name.empty() ? slot.name : slot.legacy_name;
        all.emplace_back(config_.legacy ? fmt::format("{}/{}/{}:0", name, path, legacy)
                                        : fmt::format("{}/{}/{}:0", name, slot.name, path),
                         &slots_[v][i]);
      }
    }
  }
  return all;
}

std::string Optimizer::iteration_name() const {
  return config_.legacy ? fmt::format("{}/iter:0", config_.def->name) : "iteration:0";
}

}  // namespace mltk
