// Whole files against what TensorFlow Lite's own kernels computed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "figures.h"
#include "interpreter/interpreter.h"
#include "tensor/npy.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

const std::filesystem::path kData = std::filesystem::path(MLTK_SOURCE_DIR) / ".." / "shared" / "data";

/// The integers of "<stem>_int16.csv" or "<stem>_int32.csv"; nothing when there is neither.
std::vector<std::uint8_t> bytes_of_csv(const std::string& stem) {
  std::vector<std::uint8_t> bytes;
  for (const std::size_t size : {2, 4}) {
    const auto path = fmt::format("{}_int{}.csv", stem, 8 * size);
    if (!std::filesystem::exists(path)) continue;
    std::istringstream text(read_text_file(path));
    std::string number;
    while (std::getline(text, number, ',')) {
      const auto value = static_cast<std::uint32_t>(std::stol(number));
      for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  }
  return bytes;
}

int largest_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, DType dtype) {
  int largest = 0;
  const std::size_t size = size_of(dtype);
  for (std::size_t i = 0; i + size <= std::min(a.size(), b.size()); i += size) {
    const auto code = [&](std::span<const std::uint8_t> bytes) {
      if (dtype == DType::int32) {
        return static_cast<int>(bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24);
      }
      if (dtype == DType::int16) return static_cast<int>(static_cast<std::int16_t>(bytes[i] | bytes[i + 1] << 8));
      return dtype == DType::int8 ? static_cast<int>(static_cast<std::int8_t>(bytes[i])) : static_cast<int>(bytes[i]);
    };
    largest = std::max(largest, std::abs(code(a) - code(b)));
  }
  return largest;
}

TEST(Golden, Int16OperatorsEqualTflm) {
  const auto folder = kData / "op_tests";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no operator tests in " << folder;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".tflite") continue;
    const std::string stem = (entry.path().parent_path() / entry.path().stem()).string();
    const auto golden = bytes_of_csv(stem + "_golden");
    if (golden.empty()) continue;
    SCOPED_TRACE(stem);
    Interpreter interpreter(tflite::read_model_file(entry.path()));
    for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
      interpreter.set_input(i, bytes_of_csv(fmt::format("{}_input{}", stem, i)));
    }
    interpreter.invoke();
    ASSERT_EQ(interpreter.output(0).size(), golden.size());
    // These values are TensorFlow Lite's. On the device SUB takes its ratios in float32: a code of difference.
    const bool subtracts = entry.path().stem().string().starts_with("sub");
    EXPECT_LE(largest_difference(interpreter.output(0), golden, dtype_of(interpreter.output_tensor(0).type)),
              subtracts ? 1 : 0);
    ++files;
  }
  test::figure("{} operator tests of int16 computed", files);
  EXPECT_GE(files, 90);
}

/// The inputs of a mode in the order of its file. Float files take the case's samples.
std::vector<Tensor> inputs_of(const std::filesystem::path& folder, const std::string& mode, const nlohmann::json& entry,
                              const Interpreter& interpreter) {
  std::vector<Tensor> inputs(interpreter.input_count());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto path = folder / (mode + "_input" + std::to_string(i) + ".npy");
    if (!std::filesystem::exists(path)) path = folder / ("sample" + std::to_string(i) + ".npy");
    const auto name = entry.at("inputs").at(i).get<std::string>();
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (interpreter.input_tensor(k).name == name) inputs[k] = read_npy(path);
    }
  }
  return inputs;
}

struct Difference {
  double atol = 0;
  int codes = 0;
};

Difference difference(const Tensor& a, const Tensor& b) {
  if (a.dtype() != DType::float32) return {0, largest_difference(a.bytes(), b.bytes(), a.dtype())};
  double largest = 0;
  for (std::size_t i = 0; i < a.as<float>().size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a.as<float>()[i] - b.as<float>()[i])) /
                                    (1 + std::abs(static_cast<double>(b.as<float>()[i]))));
  }
  return {largest, 0};
}

class GoldenKernels : public testing::TestWithParam<tflite::KernelSet> {};
INSTANTIATE_TEST_SUITE_P(Golden, GoldenKernels, testing::Values(tflite::KernelSet::reference, tflite::KernelSet::simd),
                         [](const auto& set) {
                           return set.param == tflite::KernelSet::reference ? "reference" : "simd";
                         });

TEST_P(GoldenKernels, RunConvertedModelsAsTensorFlowLite) {
  const auto root = kData / "golden" / "converter";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no converted models in " << root;
  ThreadPool pool(2);
  int files = 0;
  for (const auto& folder : std::filesystem::directory_iterator(root)) {
    std::ifstream file(folder.path() / "case.json");
    const auto modes = nlohmann::json::parse(file).at("modes");
    for (const std::string mode : {"int8", "int8_old_quantizer", "uint8", "int16x8", "float32"}) {
      const auto path = folder.path() / (mode + ".tflite");
      if (!std::filesystem::exists(path) || !modes.contains(mode)) continue;
      const auto& entry = modes.at(mode);
      if (entry.contains("interpreter_refused")) continue;
      SCOPED_TRACE(path.string());
      tflite::Model model = tflite::read_model_file(path);
      const auto has = [&](tflite::BuiltinOperator code) {
        return std::ranges::count(model.subgraphs[0].operators, code, &tflite::Operator::code) > 0;
      };
      // Where the device computes otherwise: SUB takes ratios in float32 (a code), RELU6 keeps the input's scale,
      // LSTM takes its functions from tables.
      const bool subtracts = has(tflite::BuiltinOperator::sub);
      const bool integers = mode != "float32";
      if (integers && has(tflite::BuiltinOperator::relu6)) continue;
      if (integers && has(tflite::BuiltinOperator::unidirectional_sequence_lstm)) continue;
      try {
        const Interpreter interpreter(std::move(model), GetParam());
        const auto outputs = interpreter.run_batch(inputs_of(folder.path(), mode, entry, interpreter), pool);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
          const Tensor golden = read_npy(folder.path() / (mode + "_output" + std::to_string(i) + ".npy"));
          ASSERT_EQ(outputs[i].elements(), golden.elements());
          const Difference found = difference(outputs[i], golden);
          EXPECT_LE(found.codes, entry.contains("reference_kernels_refused") || subtracts ? 1 : 0);
          EXPECT_LE(found.atol, 1e-5);
        }
        ++files;
      } catch (const Error& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
  test::figure("{} converted models compute what TensorFlow Lite computes", files);
  EXPECT_GE(files, 300);
}

}  // namespace
}  // namespace mltk
