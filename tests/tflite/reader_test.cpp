#include "tflite/reader.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/philox.h"
#include "models.h"
#include "reference_models.h"
#include "tflite/writer.h"

namespace mltk::tflite {
namespace {

std::string message_of(const Model& model) {
  try {
    read_model(write_model(model));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Reader, RejectsWhatIsNoTfliteFile) {
  EXPECT_THROW(read_model({}), Error);
  const std::vector<std::uint8_t> text(100, 'x');
  EXPECT_THROW(read_model(text), Error);
}

TEST(Reader, NamesTheFile) {
  try {
    read_model_file("/nonexistent/model.tflite");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/model.tflite"), std::string::npos);
  }
}

TEST(Reader, SaysWhichTensorIsOutOfRange) {
  Model model = test::conv_model();
  model.subgraphs[0].operators[0].inputs[1] = 7;
  const std::string message = message_of(model);
  EXPECT_NE(message.find("Tensor 7 of inputs does not exist; the subgraph has 4"), std::string::npos) << message;
  EXPECT_NE(message.find("in operator 0"), std::string::npos) << message;
}

TEST(Reader, SaysWhichBufferIsMissing) {
  Model model = test::conv_model();
  model.subgraphs[0].tensors[1].buffer = 9;
  const std::string message = message_of(model);
  EXPECT_NE(message.find("Buffer 9 does not exist; the file has 3"), std::string::npos) << message;
  EXPECT_NE(message.find("in tensor 1 'filter'"), std::string::npos) << message;
}

TEST(Reader, ChecksTheSizeOfConstants) {
  Model model = test::conv_model();
  model.buffers[1].pop_back();
  EXPECT_NE(message_of(model).find("has 7 bytes; [2x2x2x1] of int8 needs 8"), std::string::npos) << message_of(model);
}

TEST(Reader, ChecksEnumerations) {
  Model model = test::conv_model();
  auto options = options_as<Conv2dOptions>(model.subgraphs[0].operators[0]);
  options.activation = static_cast<Activation>(77);
  model.subgraphs[0].operators[0].options = options;
  EXPECT_NE(message_of(model).find("option activation is 77"), std::string::npos) << message_of(model);
}

TEST(Reader, RejectsShapesThatOverflow) {
  Model model = test::conv_model();
  model.subgraphs[0].tensors[0].shape = {65536, 65536, 65536, 65536};
  EXPECT_NE(message_of(model).find("more than 2^31 elements"), std::string::npos);
  model.subgraphs[0].tensors[0].shape = {1, -4};
  EXPECT_NE(message_of(model).find("negative size"), std::string::npos);
}

TEST(Reader, ChecksQuantizedDimensions) {
  Model model = test::conv_model();
  model.subgraphs[0].tensors[1].quantization.quantized_dimension = 3;
  EXPECT_NE(message_of(model).find("2 scales along axis 3"), std::string::npos) << message_of(model);
}

// Whatever the bytes are, reading ends with a model or an Error.
TEST(Reader, SurvivesTruncatedFiles) {
  const auto bytes = write_model(test::conv_model());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(read_model(std::span(bytes).first(size)), Error) << size;
  }
}

TEST(Reader, SurvivesFlippedBits) {
  const auto models = test::reference_models();
  std::vector<std::vector<std::uint8_t>> files{write_model(test::conv_model())};
  for (const auto& entry : models) {
    const auto name = entry.at("name").get<std::string>();
    if (name == "hello_world_int8" || name == "mltk_anomaly_detection" || name == "trained_lstm_int8") {
      files.push_back(read_file(test::model_path(entry)));
    }
  }
  Rng rng(1);
  for (const auto& file : files) {
    for (int trial = 0; trial < 2000; ++trial) {
      auto bytes = file;
      const auto flips = 1 + rng.below(4);
      for (std::uint32_t i = 0; i < flips; ++i) {
        bytes[rng.below(static_cast<std::uint32_t>(bytes.size()))] ^= static_cast<std::uint8_t>(1U << rng.below(8));
      }
      try {
        read_model(bytes);
      } catch (const Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::internal) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace mltk::tflite
