// generate MODEL HEADER: a model of int8 as C++ for the device test: weights, calls of src/micro, and inferences of the
// host to compare with. Knows the operators of the test's model; the product has no such exporter.

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "base/philox.h"
#include "interpreter/interpreter.h"
#include "tflite/op_def.h"
#include "tflite/ops/common.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/pool_2d.h"
#include "tflite/ops/softmax.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

using tflite::BuiltinOperator;
using tflite::OpContext;

constexpr int kSamples = 16;

template <class T>
std::string array(std::string_view type, std::string_view name, std::span<const T> values) {
  return fmt::format("constexpr {} {}[] = {{{}}};\n", type, name, fmt::join(values, ","));
}

template <class T>
std::span<const T> data_of(const OpContext& op, std::size_t input) {
  const auto& bytes = op.model().buffer_of(op.input(input));
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

std::string window_text(const micro::Window2d& w) {
  return fmt::format("{{{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}}}", w.batches, w.in_h, w.in_w, w.in_c, w.out_h,
                     w.out_w, w.out_c, w.filter_h, w.filter_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w,
                     w.pad_h, w.pad_w);
}

/// Multipliers of `channels` channels and the micro::Requantize that uses them.
std::string finish_text(std::size_t k, const micro::Requantize& finish, int channels) {
  std::string multipliers;
  for (int i = 0; i < (finish.per_channel ? channels : 1); ++i) {
    multipliers += fmt::format("{{{},{}}},", finish.multipliers[i].value, finish.multipliers[i].shift);
  }
  return fmt::format(
      "constexpr mltk::micro::Multiplier multipliers{}[] = {{{}}};\n"
      "constexpr mltk::micro::Requantize finish{}{{multipliers{}, {}, {}, {}, {}}};\n",
      k, multipliers, k, k, finish.per_channel, finish.output_zero_point, finish.low, finish.high);
}

struct Generator {
  std::string definitions;
  std::string calls;

  void weights(const OpContext& op, std::size_t k) {
    definitions += array("std::int8_t", fmt::format("weights{}", k), data_of<std::int8_t>(op, 1));
    definitions += array("std::int32_t", fmt::format("bias{}", k), data_of<std::int32_t>(op, 2));
  }

  void conv(const OpContext& op, std::size_t k) {
    const auto options = op.options<tflite::Conv2dOptions>();
    const auto& filter = op.input(1).shape;
    const auto window = window_of(op, op.input(0), op.output(),
                                  {options.padding, options.stride_h, options.stride_w, options.dilation_h,
                                   options.dilation_w, filter[1], filter[2]});
    const tflite::CodeFinish finish(op, op.input(0), options.activation, 0);
    weights(op, k);
    definitions += finish_text(k, finish.bind(), window.out_c);
    calls += fmt::format(
        "  mltk::micro::conv_2d<std::int32_t>(mltk::micro::Window2d{}, {}, {}, t{}, weights{}, bias{}, t{}, "
        "finish{});\n",
        window_text(window), filter[3], -zero_point_of(op, op.input(0)), op.op().inputs[0], k, k, op.op().outputs[0],
        k);
  }

  void pool(const OpContext& op, std::string_view name) {
    const auto [low, high] = activation_codes(op, op.options<tflite::Pool2dOptions>().activation, op.output());
    calls +=
        fmt::format("  mltk::micro::{}(mltk::micro::Window2d{}, t{}, t{}, std::int32_t{{{}}}, std::int32_t{{{}}});\n",
                    name, window_text(pool_window(op)), op.op().inputs[0], op.op().outputs[0], low, high);
  }

  void fully_connected(const OpContext& op, std::size_t k) {
    const auto& shape = op.input(1).shape;
    const float product = scale_of(op, op.input(0)) * scale_of(op, op.input(1));
    const tflite::CodeFinish finish(
        op, op.options<tflite::FullyConnectedOptions>().activation,
        tflite::quantize_multiplier(static_cast<double>(product) / static_cast<double>(scale_of(op, op.output()))));
    weights(op, k);
    definitions += finish_text(k, finish.bind(), shape[0]);
    calls += fmt::format(
        "  mltk::micro::fully_connected<std::int32_t>({{1, {}, {}}}, {}, 0, t{}, weights{}, bias{}, t{}, finish{});\n",
        shape[1], shape[0], -zero_point_of(op, op.input(0)), op.op().inputs[0], k, k, op.op().outputs[0], k);
  }

  void softmax(const OpContext& op) {
    const auto rows = rows_of(op, op.input(0));
    const double real = static_cast<double>(op.options<tflite::SoftmaxOptions>().beta) *
                        static_cast<double>(scale_of(op, op.input(0))) * (1 << 26);
    const auto multiplier = tflite::quantize_multiplier(real);
    calls += fmt::format("  mltk::micro::softmax(mltk::micro::SoftmaxParams{{{}, {}, {{{}, {}}}, {}}}, t{}, t{});\n",
                         rows.count, rows.depth, multiplier.value, multiplier.shift,
                         -tflite::input_radius(5, multiplier.shift), op.op().inputs[0], op.op().outputs[0]);
  }

  void add(const OpContext& op, std::size_t k) {
    switch (op.op().code) {
      case BuiltinOperator::conv_2d: conv(op, k); return;
      case BuiltinOperator::max_pool_2d: pool(op, "max_pool_2d"); return;
      case BuiltinOperator::average_pool_2d: pool(op, "average_pool_2d"); return;
      case BuiltinOperator::fully_connected: fully_connected(op, k); return;
      case BuiltinOperator::softmax: softmax(op); return;
      case BuiltinOperator::reshape:
        calls += fmt::format("  for (int i = 0; i < {}; ++i) t{}[i] = t{}[i];\n", elements(op.output()),
                             op.op().outputs[0], op.op().inputs[0]);
        return;
      default: op.fail("the generator of the device test does not know it.");
    }
  }
};

std::string rows_text(const std::vector<std::vector<std::int8_t>>& rows) {
  std::string text;
  for (const auto& row : rows) text += fmt::format("{{{}}},\n", fmt::join(row, ","));
  return text;
}

std::string header_of(const std::string& path) {
  const tflite::Model model = tflite::read_model_file(path);
  const auto& main = model.subgraphs[0];
  Generator generator;
  for (std::size_t k = 0; k < main.operators.size(); ++k) generator.add(OpContext(model, main, k), k);
  std::string tensors;
  for (std::size_t i = 0; i < main.tensors.size(); ++i) {
    if (!model.buffer_of(main.tensors[i]).empty()) continue;
    tensors += fmt::format("std::int8_t t{}[{}];\n", i, byte_size(main.tensors[i]));
  }

  Interpreter interpreter(model, tflite::KernelSet::reference);
  Rng rng(1);
  std::vector<std::vector<std::int8_t>> inputs;
  std::vector<std::vector<std::int8_t>> outputs;
  const auto input_size = static_cast<std::size_t>(byte_size(interpreter.input_tensor(0)));
  for (int i = 0; i < kSamples; ++i) {
    auto& input = inputs.emplace_back(input_size);
    for (std::int8_t& code : input) code = static_cast<std::int8_t>(rng.below(256));
    interpreter.set_input(0, {reinterpret_cast<const std::uint8_t*>(input.data()), input.size()});
    interpreter.invoke();
    const auto output = interpreter.output(0);
    outputs.emplace_back(output.begin(), output.end());
  }
  const std::size_t output_size = outputs[0].size();
  return fmt::format(
      "#pragma once\n#include \"micro/conv_2d.h\"\n#include \"micro/fully_connected.h\"\n#include \"micro/pool_2d.h\"\n"
      "#include \"micro/softmax.h\"\nnamespace model {{\n{}{}"
      "constexpr int kSamples = {}, kInputSize = {}, kOutputSize = {};\n"
      "constexpr std::int8_t kInputs[kSamples][kInputSize] = {{\n{}}};\n"
      "constexpr std::int8_t kOutputs[kSamples][kOutputSize] = {{\n{}}};\n"
      "inline void run(const std::int8_t* input, std::int8_t* output) {{\n"
      "  for (int i = 0; i < kInputSize; ++i) t{}[i] = input[i];\n{}"
      "  for (int i = 0; i < kOutputSize; ++i) output[i] = t{}[i];\n}}\n}}  // namespace model\n",
      generator.definitions, tensors, kSamples, input_size, output_size, rows_text(inputs), rows_text(outputs),
      main.inputs[0], generator.calls, main.outputs[0]);
}

}  // namespace
}  // namespace mltk

int main(int count, char** arguments) {
  if (count != 3) return 2;
  try {
    mltk::write_file(arguments[2], mltk::header_of(arguments[1]));
    return 0;
  } catch (const mltk::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
