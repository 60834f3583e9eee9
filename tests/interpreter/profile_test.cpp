#include "interpreter/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "figures.h"
#include "reference_models.h"
#include "tflite/models.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

TEST(Profile, PrintsTheReportOfMltk) {
  const auto path = test::models_folder() / "mltk_image_example1" / "model.tflite";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no reference models in " << test::models_folder();
  const auto file = read_file(path);
  std::string text =
      to_text(profile(tflite::read_model(file), "image_example1", static_cast<std::int64_t>(file.size())));
  // The arena is that of today's TensorFlow Lite Micro, not of the version that MLTK carried.
  EXPECT_EQ(text, R"(Profiling Summary
Name: image_example1
Accelerator: None
Input Shape: 1x96x96x1
Input Data Type: float32
Output Shape: 1x3
Output Data Type: float32
Flash, Model File Size (bytes): 15.0k
RAM, Runtime Memory Size (bytes): 71.4k
Operation Count: 2.7M
Multiply-Accumulate Count: 1.2M
Layer Count: 10
Unsupported Layer Count: 0

Model Layers
+-------+-----------------+--------+--------+-------------------------+--------------+-----------------------------------------------------+
| Index | OpCode          | # Ops  | # MACs | Input Shape             | Output Shape | Options                                             |
+-------+-----------------+--------+--------+-------------------------+--------------+-----------------------------------------------------+
| 0     | quantize        | 36.9k  | 0      | 1x96x96x1               | 1x96x96x1    | Type=none                                           |
| 1     | conv_2d         | 1.2M   | 497.7k | 1x96x96x1,24x3x3x1,24   | 1x48x48x24   | Padding:Same stride:2x2 activation:Relu             |
| 2     | average_pool_2d | 69.1k  | 0      | 1x48x48x24              | 1x24x24x24   | Padding:Valid stride:2x2 filter:2x2 activation:None |
| 3     | conv_2d         | 842.2k | 418.2k | 1x24x24x24,16x3x3x24,16 | 1x11x11x16   | Padding:Valid stride:2x2 activation:Relu            |
| 4     | conv_2d         | 565.7k | 279.9k | 1x11x11x16,24x3x3x16,24 | 1x9x9x24     | Padding:Valid stride:1x1 activation:Relu            |
| 5     | average_pool_2d | 1.9k   | 0      | 1x9x9x24                | 1x4x4x24     | Padding:Valid stride:2x2 filter:2x2 activation:None |
| 6     | reshape         | 0      | 0      | 1x4x4x24,2              | 1x384        | Type=none                                           |
| 7     | fully_connected | 2.3k   | 1.2k   | 1x384,3x384,3           | 1x3          | Activation:None                                     |
| 8     | softmax         | 15.0   | 0      | 1x3                     | 1x3          | Type=softmaxoptions                                 |
| 9     | dequantize      | 6.0    | 0      | 1x3                     | 1x3          | Type=none                                           |
+-------+-----------------+--------+--------+-------------------------+--------------+-----------------------------------------------------+
)");
}

/// Whatever the converter writes: memory, or for each layer that cannot run its name and a remedy.
TEST(Profile, OfEveryFileHasAnArenaOrRemedies) {
  const auto folder = test::models_folder() / "..";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no models in " << folder;
  int files = 0;
  int refused = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".tflite") continue;
    SCOPED_TRACE(entry.path().string());
    ++files;
    const ProfileReport report = profile(tflite::read_model_file(entry.path()), "model", 1);
    EXPECT_EQ(report.arena_32.has_value(), report.unsupported_layers() == 0);
    for (const LayerProfile& layer : report.layers) {
      if (layer.error.empty()) continue;
      ++refused;
      EXPECT_THAT(layer.error,
                  testing::ContainsRegex("^[A-Z0-9_]+ '.*' \\(operator [0-9]+\\): .*; (quantize|replace|convert) "));
    }
  }
  test::figure("{} files have a profile; {} layers in them cannot run", files, refused);
  EXPECT_GE(files, 800);
  EXPECT_LE(refused, 300);
}

/// The interpreter runs them, as TensorFlow Lite does; the device's library refuses.
TEST(Profile, NamesTypesThatTheDeviceHasNoKernelFor) {
  const auto folder = test::models_folder() / ".." / "golden" / "converter";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no models in " << folder;
  for (const std::string file : {"activation_sigmoid/float16.tflite", "exponential_softplus/int8_builtins.tflite"}) {
    const ProfileReport report = profile(tflite::read_model_file(folder / file), "model", 1);
    EXPECT_FALSE(report.arena_32.has_value()) << file;
    bool told = false;
    for (const LayerProfile& layer : report.layers)
      told |= layer.error.find("TensorFlow Lite Micro has no kernel for") != std::string::npos;
    EXPECT_TRUE(told) << file;
  }
}

TEST(Profile, NamesLayersThatCannotRun) {
  tflite::Model model = test::conv_model();
  model.subgraphs[0].operators[0].code = tflite::BuiltinOperator::lsh_projection;
  model.subgraphs[0].operators[0].options.reset();
  const ProfileReport report = profile(model, "conv", 1000);
  EXPECT_EQ(report.unsupported_layers(), 1);
  EXPECT_FALSE(report.runtime_memory_bytes.has_value());
  const auto json = to_report_json(report);
  EXPECT_EQ(json.at("summary").at("n_unsupported_layers"), 1);
  EXPECT_EQ(json.at("layers").at(0).at("supported"), false);
}

TEST(Profile, JsonHasTheArenaOfBothPointerSizes) {
  const auto json = to_json(profile(test::conv_model(), "conv", 1000));
  EXPECT_EQ(json.at("macs"), 32);
  EXPECT_EQ(json.at("ops"), 88);
  EXPECT_EQ(json.at("flash_bytes"), 1000);
  EXPECT_EQ(json.at("arena").at("64").at("head"), 32);
  EXPECT_EQ(json.at("arena").at("32").at("head"), 32);
  EXPECT_GT(json.at("arena").at("64").at("tail"), json.at("arena").at("32").at("tail"));
  EXPECT_EQ(json.at("layers").at(0).at("opcode"), "conv_2d");
}

}  // namespace
}  // namespace mltk
