#include <algorithm>
#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"beta_2_decay", -0.8, "power of the iteration in the decay of means"},
    {"epsilon_1", 1e-30, "added to squared gradients"},
    {"epsilon_2", 1e-3, "smallest size of a variable"},
    {"clip_threshold", 1, "largest root mean square of a step"},
    {"relative_step", 1, "1: a constant learning rate falls with the iteration"},
};

float root_mean_square(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return static_cast<float>(std::sqrt(sum / static_cast<double>(std::max<std::size_t>(values.size(), 1))));
}

std::vector<SlotDef> slots(const Hyperparameters&, const Shape& shape) {
  if (shape.rank() < 2) return {{"v"}};
  std::vector<std::int64_t> without_columns(shape.begin(), shape.end() - 1);
  std::vector<std::int64_t> without_rows(shape.begin(), shape.end() - 2);
  without_rows.push_back(shape.back());
  return {{"r", "", 0, Shape(without_columns)}, {"c", "", 0, Shape(without_rows)}, {"v"}};
}

/// Means of squares over the last two axes apart; their product stands for the mean of each element.
void update_factors(const OptimizerStep& step, std::span<const float> squares, float beta_2) {
  const auto columns = static_cast<std::size_t>(step.shape->back());
  const auto rows = static_cast<std::size_t>((*step.shape)[step.shape->rank() - 2]);
  const auto r = step.slots[0];
  const auto c = step.slots[1];
  const auto v = step.slots[2];
  for (std::size_t block = 0; block < squares.size() / (rows * columns); ++block) {
    const auto part = squares.subspan(block * rows * columns, rows * columns);
    std::vector<double> column_sums(columns);
    double row_mean = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < columns; ++j) {
        sum += part[i * columns + j];
        column_sums[j] += part[i * columns + j];
      }
      float& row = r[block * rows + i];
      row = beta_2 * row + (1 - beta_2) * static_cast<float>(sum / static_cast<double>(columns));
      row_mean += row;
    }
    row_mean /= static_cast<double>(rows);
    for (std::size_t j = 0; j < columns; ++j) {
      float& column = c[block * columns + j];
      column = beta_2 * column + (1 - beta_2) * static_cast<float>(column_sums[j] / static_cast<double>(rows));
    }
    for (std::size_t i = 0; i < rows * columns; ++i) {
      const float share = r[block * rows + i / columns] / static_cast<float>(row_mean);
      v[block * rows * columns + i] = share * c[block * columns + i % columns];
    }
  }
}

// Shazeer and Stern 2018.
void update(const OptimizerStep& step) {
  const auto get = [&](std::string_view name) { return static_cast<float>(step.hyper->find(name)->second); };
  const auto iteration = static_cast<float>(step.iteration);
  auto rate = static_cast<float>(step.learning_rate);
  if (get("relative_step") != 0 && !step.scheduled) rate = std::min(rate, 1 / std::sqrt(iteration));
  const float alpha =
      std::max(get("epsilon_2"), root_mean_square(step.weight)) * std::min(rate, 1 / std::sqrt(iteration));
  const float beta_2 = 1 - std::pow(iteration, get("beta_2_decay"));
  std::vector<float> squares(step.gradient.begin(), step.gradient.end());
  for (float& value : squares) value = value * value + get("epsilon_1");
  const auto v = step.slots.back();
  if (step.shape->rank() >= 2) {
    update_factors(step, squares, beta_2);
  } else {
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = beta_2 * v[i] + (1 - beta_2) * squares[i];
  }
  std::vector<float> move(step.gradient.begin(), step.gradient.end());
  for (std::size_t i = 0; i < move.size(); ++i) move[i] /= std::sqrt(v[i]);
  const float shrink = std::max(1.0F, root_mean_square(move) / get("clip_threshold"));
  for (std::size_t i = 0; i < move.size(); ++i) step.weight[i] -= alpha * move[i] / shrink;
}

}  // namespace

extern const OptimizerDef adafactor_def;
const OptimizerDef adafactor_def = {.name = "Adafactor",
                                    .hyperparameters = kHyperparameters,
                                    .slots = slots,
                                    .update = update,
                                    .grouped_slots = 3,
                                    .has_legacy = false,
                                    .whole_variables = true};

}  // namespace mltk
