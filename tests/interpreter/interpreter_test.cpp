#include "interpreter/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "base/philox.h"
#include "figures.h"
#include "reference_models.h"
#include "tflite/models.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

using testing::ElementsAreArray;

class Kernels : public testing::TestWithParam<tflite::KernelSet> {};
INSTANTIATE_TEST_SUITE_P(Interpreter, Kernels, testing::Values(tflite::KernelSet::reference, tflite::KernelSet::simd),
                         [](const auto& set) {
                           return set.param == tflite::KernelSet::reference ? "reference" : "simd";
                         });

TEST_P(Kernels, EqualTheCompiledReferenceKernelsInEveryByte) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  for (const auto& entry : models) {
    SCOPED_TRACE(entry.at("name").get<std::string>());
    Interpreter interpreter(tflite::read_model_file(test::model_path(entry)), GetParam());
    const auto recorded = read_file(test::models_folder() / entry.at("io").get<std::string>());
    std::span<const std::uint8_t> rest(recorded);
    const auto take = [&](std::size_t count) {
      const auto head = rest.first(count);
      rest = rest.subspan(count);
      return head;
    };
    for (int repeat = 0; repeat < entry.at("repeats").get<int>(); ++repeat) {
      for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
        interpreter.set_input(i, take(static_cast<std::size_t>(byte_size(interpreter.input_tensor(i)))));
      }
      interpreter.invoke();
      for (std::size_t i = 0; i < interpreter.output_count(); ++i) {
        const auto output = interpreter.output(i);
        ASSERT_THAT(output, ElementsAreArray(take(output.size()))) << "output " << i << ", inference " << repeat;
      }
    }
    EXPECT_TRUE(rest.empty());
  }
  test::figure("{} models give the bytes of the device's reference kernels, by {} kernels", models.size(),
               GetParam() == tflite::KernelSet::simd ? "vector" : "plain");
}

TEST(Interpreter, BatchesGiveTheSameBytesWithAnyNumberOfThreads) {
  const Interpreter interpreter(test::conv_model());
  Tensor samples(DType::int8, {7, 3, 3, 1});
  Rng rng(3);
  for (std::int8_t& code : samples.as<std::int8_t>()) code = static_cast<std::int8_t>(rng.below(256));
  ThreadPool one(1);
  ThreadPool three(3);
  const auto outputs = interpreter.run_batch(std::span(&samples, 1), one);
  EXPECT_EQ(interpreter.run_batch(std::span(&samples, 1), three), outputs);

  Interpreter single(test::conv_model());
  for (std::int64_t i = 0; i < 7; ++i) {
    single.set_input(0, samples.rows(i, 1).bytes());
    single.invoke();
    EXPECT_THAT(single.output(0), ElementsAreArray(outputs[0].rows(i, 1).bytes()));
  }
}

// Worked by hand: sum of (x + 3) * w over the window, plus bias, times 0.125 or 0.25, plus 5.
TEST(Interpreter, ConvolvesCodes) {
  Interpreter interpreter(test::conv_model());
  const std::vector<std::int8_t> input = {-3, -2, -1, 0, 1, 2, 3, 4, 5};  // reals 0, 0.5, ... 4
  interpreter.set_input(0, {reinterpret_cast<const std::uint8_t*>(input.data()), input.size()});
  interpreter.invoke();
  // First window [0 1; 3 4]: channel 0: 1*0 + 2*1 + 3*3 + 4*4 + 1 = 28 -> 3.5 -> 4; channel 1: -28 + 2 -> -6.5, relu.
  EXPECT_EQ(static_cast<std::int8_t>(interpreter.output(0)[0]), 9);
  EXPECT_EQ(static_cast<std::int8_t>(interpreter.output(0)[1]), 5);
}

TEST(Interpreter, SaysHowManyBytesAnInputHas) {
  Interpreter interpreter(test::conv_model());
  try {
    interpreter.set_input(0, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'input' is 1x3x3x1 of int8: expected 9 bytes, got 0"), std::string::npos)
        << error.what();
  }
}

std::string refusal(tflite::Model model) {
  try {
    Interpreter interpreter(std::move(model));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Interpreter, NamesTheOperatorThatCannotRun) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].tensors[0].type = tflite::TensorType::uint8;
  model.subgraphs[0].tensors[3].type = tflite::TensorType::uint8;
  EXPECT_EQ(refusal(model),
            "CONV_2D 'output' (operator 0): version 3 with uint8, int8, int32 -> uint8 cannot run; "
            "there is no kernel for these types.");
}

TEST(Interpreter, NamesTheCustomOperatorThatCannotRun) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].operators[0].code = tflite::BuiltinOperator::custom;
  model.subgraphs[0].operators[0].custom_code = "ethos-u";
  EXPECT_EQ(refusal(model),
            "ethos-u 'output' (operator 0): version 3 with int8, int8, int32 -> int8 cannot run; "
            "there is no kernel for these types.");
}

TEST(Interpreter, RejectsShapesThatDoNotFit) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].tensors[0].shape = {1, 5, 3, 1};
  EXPECT_NE(refusal(model).find("a window of 2 over 5 with stride 1 gives 4 outputs but 'output' is [1x2x2x2]"),
            std::string::npos)
      << refusal(model);
}

TEST(Interpreter, RejectsTensorsThatNothingComputes) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].inputs = {};
  EXPECT_NE(refusal(model).find("its input 'input' is computed by no earlier operator"), std::string::npos);
}

TEST(Interpreter, RejectsScalesThatAreNoNumbers) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].tensors[3].quantization.scale = {std::numeric_limits<float>::quiet_NaN()};
  EXPECT_NE(refusal(model).find("quantization scale nan"), std::string::npos) << refusal(model);
}

// A damaged model runs to some result or is refused; it never reads or writes outside of its memory.
TEST(Interpreter, SurvivesFlippedBits) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  Rng rng(5);
  for (const auto& entry : models) {
    const auto file = read_file(test::model_path(entry));
    if (file.size() > 100000) continue;
    for (int trial = 0; trial < 60; ++trial) {
      auto bytes = file;
      for (std::uint32_t i = 0; i < 6; ++i) {
        // The tables lie at the ends of the file, the weights between.
        const std::uint32_t zone = std::min<std::uint32_t>(6000, static_cast<std::uint32_t>(bytes.size()));
        const std::size_t at = rng.below(2) == 0 ? rng.below(zone) : bytes.size() - 1 - rng.below(zone);
        bytes[at] ^= static_cast<std::uint8_t>(1U << rng.below(8));
      }
      try {
        tflite::Model model = tflite::read_model(bytes);
        std::int64_t work = 0;
        for (const auto& tensor : model.subgraphs[0].tensors) work += byte_size(tensor);
        if (work > 10000000) continue;
        Interpreter interpreter(std::move(model));
        interpreter.invoke();
      } catch (const Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::internal) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace mltk
