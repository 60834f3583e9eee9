#include "train/schedule.h"

namespace mltk {
namespace {

constexpr ScheduleArgument kArguments[] = {
    {"boundaries", ""},
    {"values", ""},
};

float rate(const nlohmann::json& config, std::int64_t iteration) {
  const nlohmann::json& boundaries = config.at("boundaries");
  const nlohmann::json& values = config.at("values");
  if (!boundaries.is_array() || !values.is_array() || values.size() != boundaries.size() + 1) {
    fail(ErrorKind::invalid_argument, "PiecewiseConstantDecay: values={} must have one entry more than boundaries={}",
         values.dump(), boundaries.dump());
  }
  std::size_t piece = 0;
  while (piece < boundaries.size() && static_cast<double>(iteration) > boundaries[piece].get<double>()) ++piece;
  return values[piece].get<float>();
}

}  // namespace

extern const ScheduleDef piecewise_constant_decay_def;
const ScheduleDef piecewise_constant_decay_def = {
    .name = "PiecewiseConstantDecay", .arguments = kArguments, .rate = rate};

}  // namespace mltk
