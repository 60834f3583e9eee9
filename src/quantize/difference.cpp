#include "quantize/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "interpreter/interpreter.h"
#include "quantize/coding.h"
#include "tflite/metadata.h"
#include "tflite/op_def.h"
#include "tflite/text.h"

namespace mltk::quantize {
namespace {

constexpr std::size_t kMostSamplesListed = 20;

/// Pairs of operators with the same code, in order, as many as there can be: the longest common subsequence.
std::vector<std::pair<std::size_t, std::size_t>> pair_up(const std::vector<tflite::Operator>& a,
                                                         const std::vector<tflite::Operator>& b) {
  const auto same = [&](std::size_t i, std::size_t k) {
    return a[i].code == b[k].code && a[i].custom_code == b[k].custom_code;
  };
  // longest[i][k]: of the operators from i and k on.
  std::vector<std::vector<std::size_t>> longest(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t k = b.size(); k-- > 0;) {
      longest[i][k] = same(i, k) ? longest[i + 1][k + 1] + 1 : std::max(longest[i + 1][k], longest[i][k + 1]);
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (same(i, k)) {
      pairs.emplace_back(i++, k++);
    } else if (longest[i + 1][k] >= longest[i][k + 1]) {
      ++i;
    } else {
      ++k;
    }
  }
  return pairs;
}

class Differ {
 public:
  Differ(const tflite::Model& a, const tflite::Model& b)
      : a_(a), b_(b), main_a_(a.subgraphs.at(0)), main_b_(b.subgraphs.at(0)) {}

  ModelDifference operator()() {
    result_.operators_a = main_a_.operators.size();
    result_.operators_b = main_b_.operators.size();
    std::size_t next_a = 0;
    std::size_t next_b = 0;
    auto pairs = pair_up(main_a_.operators, main_b_.operators);
    pairs.emplace_back(main_a_.operators.size(), main_b_.operators.size());
    for (const auto& [i, k] : pairs) {
      for (; next_a < i; ++next_a)
        result_.operators.push_back({.in_a = next_a, .opcode = tflite::opcode_text(main_a_.operators[next_a])});
      for (; next_b < k; ++next_b)
        result_.operators.push_back({.in_b = next_b, .opcode = tflite::opcode_text(main_b_.operators[next_b])});
      if (i < main_a_.operators.size()) compare_operators(i, k);
      ++next_a;
      ++next_b;
    }
    compare_models();
    return std::move(result_);
  }

 private:
  const tflite::Model& a_;
  const tflite::Model& b_;
  const tflite::Subgraph& main_a_;
  const tflite::Subgraph& main_b_;
  ModelDifference result_;
  std::vector<std::string> lines_;  ///< of the operators at hand

  template <class T>
  void note(const std::string& what, const T& x, const T& y) {
    if (x != y) lines_.push_back(fmt::format("{}: {} and {}", what, x, y));
  }

  void compare_operators(std::size_t i, std::size_t k) {
    const tflite::Operator& p = main_a_.operators[i];
    const tflite::Operator& q = main_b_.operators[k];
    lines_.clear();
    note("version", p.version, q.version);
    note("options", tflite::options_text(p), tflite::options_text(q));
    note("number of inputs", p.inputs.size(), q.inputs.size());
    for (std::size_t n = 0; n < std::min(p.inputs.size(), q.inputs.size()); ++n)
      compare_tensors(fmt::format("input {}", n), p.inputs[n], q.inputs[n]);
    for (std::size_t n = 0; n < std::min(p.outputs.size(), q.outputs.size()); ++n)
      compare_tensors("output", p.outputs[n], q.outputs[n]);
    if (!lines_.empty())
      result_.operators.push_back(
          {.in_a = i, .in_b = k, .opcode = tflite::opcode_text(p), .differences = std::move(lines_)});
  }

  void compare_tensors(const std::string& what, std::int32_t i, std::int32_t k) {
    if (i < 0 || k < 0) {
      if ((i < 0) != (k < 0)) lines_.push_back(fmt::format("{}: absent in {}", what, i < 0 ? "A" : "B"));
      return;
    }
    const tflite::Tensor& p = main_a_.tensors[static_cast<std::size_t>(i)];
    const tflite::Tensor& q = main_b_.tensors[static_cast<std::size_t>(k)];
    note(what + " type", tflite::to_string(p.type), tflite::to_string(q.type));
    note(what + " shape", tflite::shape_text(p.shape), tflite::shape_text(q.shape));
    if (p.type != q.type) return;  // so is all the rest
    compare_parameters(what, p.quantization, q.quantization);
    if (p.shape == q.shape) compare_constants(what, p, q);
  }

  void compare_parameters(const std::string& what, const tflite::Quantization& p, const tflite::Quantization& q) {
    if (p.scale.size() != q.scale.size()) {
      note(what + " scales", p.scale.size(), q.scale.size());
      return;
    }
    if (p.scale.size() == 1) {
      note(what + " scale", p.scale[0], q.scale[0]);
      if (!p.zero_point.empty() && !q.zero_point.empty()) note(what + " zero point", p.zero_point[0], q.zero_point[0]);
      return;
    }
    std::size_t count = 0;
    double worst = 0;
    for (std::size_t c = 0; c < p.scale.size(); ++c) {
      if (p.scale[c] == q.scale[c]) continue;
      ++count;
      worst = std::max(worst, std::abs(static_cast<double>(q.scale[c]) / static_cast<double>(p.scale[c]) - 1));
    }
    if (count > 0)
      lines_.push_back(
          fmt::format("{} scales: {} of {} differ, by up to {:.3g} %", what, count, p.scale.size(), 100 * worst));
  }

  void compare_constants(const std::string& what, const tflite::Tensor& p, const tflite::Tensor& q) {
    const std::vector<double> x = tflite::numbers_of(p, a_.buffer_of(p));
    const std::vector<double> y = tflite::numbers_of(q, b_.buffer_of(q));
    if (x.size() != y.size()) {
      lines_.push_back(fmt::format("{}: constant in {} alone", what, x.empty() ? "B" : "A"));
      return;
    }
    std::int64_t count = 0;
    double worst = 0;
    for (std::size_t e = 0; e < x.size(); ++e) {
      if (x[e] == y[e]) continue;
      ++count;
      worst = std::max(worst, std::abs(x[e] - y[e]));
    }
    result_.constants += static_cast<std::int64_t>(x.size());
    result_.changed_constants += count;
    if (count > 0)
      lines_.push_back(fmt::format("{}: {} of {} values differ, by up to {:.4g}", what, count, x.size(), worst));
  }

  void compare_models() {
    lines_.clear();
    note("description", fmt::format("'{}'", a_.description), fmt::format("'{}'", b_.description));
    compare_ends("inputs", main_a_.inputs, main_b_.inputs);
    compare_ends("outputs", main_a_.outputs, main_b_.outputs);
    note("subgraphs", a_.subgraphs.size(), b_.subgraphs.size());
    for (const auto& [from, of] : {std::pair{&a_, &b_}, {&b_, &a_}}) {
      for (const tflite::Metadata& metadata : from->metadata) {
        const auto* bytes = tflite::find_metadata(*of, metadata.name);
        if (bytes == nullptr) {
          lines_.push_back(fmt::format("metadata '{}': in {} alone", metadata.name, from == &a_ ? "A" : "B"));
        } else if (from == &a_ && *bytes != a_.buffers[metadata.buffer]) {
          lines_.push_back(fmt::format("metadata '{}' differs", metadata.name));
        }
      }
    }
    result_.model = std::move(lines_);
  }

  void compare_ends(const std::string& what, const std::vector<std::int32_t>& x, const std::vector<std::int32_t>& y) {
    const auto text = [](const tflite::Subgraph& main, const std::vector<std::int32_t>& indices) {
      std::vector<std::string> parts;
      for (const std::int32_t i : indices) {
        const tflite::Tensor& tensor = main.tensors[static_cast<std::size_t>(i)];
        parts.push_back(fmt::format("{} ({})", tflite::shape_text(tensor.shape), tflite::to_string(tensor.type)));
      }
      return fmt::format("{}", fmt::join(parts, ", "));
    };
    note(what, text(main_a_, x), text(main_b_, y));
  }
};

std::vector<float> first_output(Interpreter& interpreter, const std::vector<Tensor>& sample, std::int64_t number) {
  bool fits = sample.size() == interpreter.input_count();
  for (std::size_t i = 0; fits && i < sample.size(); ++i)
    fits = sample[i].elements() == tflite::elements(interpreter.input_tensor(i));
  if (!fits) {
    fail(ErrorKind::invalid_data, "sample {} does not fit the model, whose first input '{}' is [{}]", number,
         interpreter.input_tensor(0).name, tflite::shape_text(interpreter.input_tensor(0).shape));
  }
  interpreter.reset_variables();
  for (std::size_t i = 0; i < sample.size(); ++i)
    interpreter.set_input(i, Coding(interpreter.input_tensor(i)).encode(sample[i].cast(DType::float32).as<float>()));
  interpreter.invoke();
  return Coding(interpreter.output_tensor(0)).decode(interpreter.output(0));
}

ModelDifference::Behaviour behaviour_of(const tflite::Model& a, const tflite::Model& b, const Samples& samples) {
  Interpreter first(a);
  Interpreter second(b);
  ModelDifference::Behaviour result{.classifies = holds_scores(first.output_tensor(0))};
  double signal = 0;
  double noise = 0;
  for (const std::vector<Tensor>& sample : samples) {
    const auto x = first_output(first, sample, result.samples);
    const auto y = first_output(second, sample, result.samples);
    if (x.size() != y.size())
      fail(ErrorKind::invalid_model, "the outputs have {} and {} values and cannot be compared", x.size(), y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double error = static_cast<double>(x[i]) - static_cast<double>(y[i]);
      signal += static_cast<double>(x[i]) * static_cast<double>(x[i]);
      noise += error * error;
      result.largest = std::max(result.largest, static_cast<float>(std::abs(error)));
    }
    if (result.classifies && class_of(x) != class_of(y)) {
      result.changed.push_back({.sample = result.samples,
                                .float_class = class_of(x),
                                .quantized_class = class_of(y),
                                .float_score = score_of(x, class_of(x)),
                                .quantized_score = score_of(y, class_of(x))});
    }
    ++result.samples;
  }
  result.signal_to_noise_db = noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
  std::ranges::stable_sort(result.changed, std::greater(),
                           [](const ChangedSample& changed) { return changed.float_score - changed.quantized_score; });
  return result;
}

std::string behaviour_text(const ModelDifference::Behaviour& behaviour) {
  if (std::isinf(behaviour.signal_to_noise_db)) return fmt::format("Outputs on {} samples: equal\n", behaviour.samples);
  std::string text = fmt::format("Outputs on {} samples: signal to noise {:.1f} dB, largest difference {:.4g}\n",
                                 behaviour.samples, behaviour.signal_to_noise_db, behaviour.largest);
  if (!behaviour.classifies) return text;
  text += fmt::format("{} of {} samples have another class\n", behaviour.changed.size(), behaviour.samples);
  if (behaviour.changed.empty()) return text;
  TextTable table({"Sample", "Class in A", "Its score", "Score in B", "Class in B"});
  for (std::size_t i = 0; i < std::min(behaviour.changed.size(), kMostSamplesListed); ++i) {
    const ChangedSample& changed = behaviour.changed[i];
    table.add_row({fmt::format("{}", changed.sample), fmt::format("{}", changed.float_class),
                   fmt::format("{:.4f}", changed.float_score), fmt::format("{:.4f}", changed.quantized_score),
                   fmt::format("{}", changed.quantized_class)});
  }
  text += table.str() + "\n";
  if (behaviour.changed.size() > kMostSamplesListed)
    text += fmt::format("and {} more\n", behaviour.changed.size() - kMostSamplesListed);
  return text;
}

}  // namespace

ModelDifference difference_of(const tflite::Model& a, const tflite::Model& b, const Samples& samples) {
  ModelDifference difference = Differ(a, b)();
  if (!samples.empty()) difference.behaviour = behaviour_of(a, b, samples);
  return difference;
}

std::string to_text(const ModelDifference& difference) {
  std::string text;
  for (const std::string& line : difference.model) text += line + "\n";
  if (difference.operators.empty()) {
    text += fmt::format("Operators: {}, equal\n", difference.operators_a);
  } else {
    text += fmt::format("Operators: {} and {}, those that differ:\n", difference.operators_a, difference.operators_b);
    TextTable table({"A", "B", "OpCode", "Differences"});
    const auto index = [](const std::optional<std::size_t>& at) {
      return at ? fmt::format("{}", *at) : std::string("-");
    };
    for (const auto& line : difference.operators) {
      const std::string only = line.in_a ? "only in A" : "only in B";
      table.add_row({index(line.in_a), index(line.in_b), line.opcode,
                     line.differences.empty() ? only : fmt::format("{}", fmt::join(line.differences, "\n"))});
    }
    text += table.str() + "\n";
  }
  text += fmt::format("Constants: {} of {} values differ\n", difference.changed_constants, difference.constants);
  if (difference.behaviour) text += behaviour_text(*difference.behaviour);
  return text;
}

}  // namespace mltk::quantize
