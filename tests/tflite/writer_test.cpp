#include "tflite/writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "models.h"
#include "reference_models.h"
#include "tflite/op_def.h"
#include "tflite/ops/add.h"
#include "tflite/reader.h"

namespace mltk::tflite {
namespace {

void expect_same(const Operator& a, const Operator& b) {
  EXPECT_EQ(a.code, b.code);
  EXPECT_EQ(a.custom_code, b.custom_code);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.options.type(), b.options.type());
  EXPECT_EQ(options_text(a), options_text(b));
  EXPECT_EQ(a.custom_options, b.custom_options);
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.intermediates, b.intermediates);
  EXPECT_EQ(a.mutating_variable_inputs, b.mutating_variable_inputs);
}

void expect_same(const Model& a, const Model& b) {
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.buffers, b.buffers);
  EXPECT_EQ(a.metadata, b.metadata);
  EXPECT_EQ(a.signatures, b.signatures);
  ASSERT_EQ(a.subgraphs.size(), b.subgraphs.size());
  for (std::size_t i = 0; i < a.subgraphs.size(); ++i) {
    EXPECT_EQ(a.subgraphs[i].name, b.subgraphs[i].name);
    EXPECT_EQ(a.subgraphs[i].tensors, b.subgraphs[i].tensors);
    EXPECT_EQ(a.subgraphs[i].inputs, b.subgraphs[i].inputs);
    EXPECT_EQ(a.subgraphs[i].outputs, b.subgraphs[i].outputs);
    ASSERT_EQ(a.subgraphs[i].operators.size(), b.subgraphs[i].operators.size());
    for (std::size_t k = 0; k < a.subgraphs[i].operators.size(); ++k) {
      expect_same(a.subgraphs[i].operators[k], b.subgraphs[i].operators[k]);
    }
  }
}

TEST(Writer, ReadingGivesTheModelBack) {
  const Model model = test::conv_model();
  const Model again = read_model(write_model(model));
  expect_same(model, again);
  EXPECT_EQ(options_as<Conv2dOptions>(model.subgraphs[0].operators[0]),
            options_as<Conv2dOptions>(again.subgraphs[0].operators[0]));
}

TEST(Writer, KeepsEveryReferenceModel) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  for (const auto& entry : models) {
    SCOPED_TRACE(entry.at("name").get<std::string>());
    const Model model = read_model_file(test::model_path(entry));
    const auto bytes = write_model(model);
    const Model again = read_model(bytes);
    expect_same(model, again);
    EXPECT_EQ(write_model(again), bytes);
  }
}

/// Every .tflite below a folder.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".tflite") files.push_back(entry.path());
  }
  return files;
}

void expect_kept(const std::filesystem::path& path) {
  SCOPED_TRACE(path.string());
  const Model model = read_model_file(path);
  const auto bytes = write_model(model);
  const Model again = read_model(bytes);
  expect_same(model, again);
  EXPECT_EQ(write_model(again), bytes);
}

TEST(Writer, KeepsEveryOperatorOfTheGoldenFiles) {
  const auto files = files_below(std::filesystem::path(MLTK_SOURCE_DIR) / "tests" / "golden");
  EXPECT_GE(files.size(), 350U);
  for (const auto& file : files) expect_kept(file);
}

TEST(Writer, KeepsEveryFileOfTheConverter) {
  const auto files = files_below(test::models_folder().parent_path());
  if (files.empty()) GTEST_SKIP() << "no files in " << test::models_folder().parent_path();
  EXPECT_GE(files.size(), 800U);
  for (const auto& file : files) expect_kept(file);
}

TEST(Writer, AlignsConstantsTo16Bytes) {
  Model model = test::conv_model();
  model.buffers[1] = {0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x17, 0x28};
  const auto bytes = write_model(model);
  const auto found = std::search(bytes.begin(), bytes.end(), model.buffers[1].begin(), model.buffers[1].end());
  ASSERT_NE(found, bytes.end());
  EXPECT_EQ((found - bytes.begin()) % 16, 0);
}

TEST(Writer, RejectsOptionsOfAnotherOperator) {
  Model model = test::conv_model();
  model.subgraphs[0].operators[0].options = AddOptions{};
  EXPECT_THROW(write_model(model), Error);
}

TEST(Writer, RejectsOptionsThatItDoesNotKnow) {
  Model model = test::conv_model();
  model.subgraphs[0].operators[0].code = BuiltinOperator::lsh_projection;
  model.subgraphs[0].operators[0].options = OpaqueOptions{4};
  EXPECT_THROW(write_model(model), Error);
}

}  // namespace
}  // namespace mltk::tflite
