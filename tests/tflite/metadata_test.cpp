#include "tflite/metadata.h"

#include <gtest/gtest.h>

#include "models.h"
#include "tflite/op_def.h"

namespace mltk::tflite {
namespace {

TEST(Metadata, RemovedEntryTakesItsBufferAlong) {
  Model model = test::conv_model();
  const std::vector<std::uint8_t> filter = model.buffers[1];
  set_metadata(model, "first", {1});
  set_metadata(model, "second", {2});
  EXPECT_TRUE(remove_metadata(model, "first"));
  EXPECT_FALSE(remove_metadata(model, "first"));
  EXPECT_EQ(model.buffers.size(), test::conv_model().buffers.size() + 1);
  EXPECT_EQ(*find_metadata(model, "second"), (std::vector<std::uint8_t>{2}));
  EXPECT_EQ(model.buffer_of(model.subgraphs[0].tensors[1]), filter);
}

TEST(Metadata, BufferThatATensorUsesStays) {
  Model model = test::conv_model();
  model.metadata.push_back({"alias", 1});
  EXPECT_TRUE(remove_metadata(model, "alias"));
  EXPECT_EQ(model.buffers, test::conv_model().buffers);
}

TEST(KernelParameters, OfAConvolution) {
  const Model model = test::conv_model();
  std::map<std::string, KernelParameter> parameters;
  for (auto& [name, value] : parameters_of({model, model.subgraphs[0], 0})) parameters[name] = value;
  const auto number = [&](const char* name) { return std::get<std::int64_t>(parameters.at(name)); };
  EXPECT_EQ(number("padding_type"), 1);
  EXPECT_EQ(number("padding_width"), 0);
  EXPECT_EQ(number("input_offset"), 3);
  EXPECT_EQ(number("output_offset"), 5);
  EXPECT_EQ(number("quantized_activation_min"), 5);
  EXPECT_EQ(number("quantized_activation_max"), 127);
  // 0.5 * 0.25 / 1 and 0.5 * 0.5 / 1: 0.5 * 2^-2 and 0.5 * 2^-1
  EXPECT_EQ(std::get<std::vector<std::int32_t>>(parameters.at("per_channel_multiplier")),
            (std::vector<std::int32_t>{1 << 30, 1 << 30}));
  EXPECT_EQ(std::get<std::vector<std::int32_t>>(parameters.at("per_channel_shift")),
            (std::vector<std::int32_t>{-2, -1}));
}

TEST(KernelParameters, NoneWithoutQuantization) {
  Model model = test::conv_model();
  for (Tensor& tensor : model.subgraphs[0].tensors) tensor.type = TensorType::float32;
  EXPECT_TRUE(parameters_of({model, model.subgraphs[0], 0}).empty());
}

}  // namespace
}  // namespace mltk::tflite
