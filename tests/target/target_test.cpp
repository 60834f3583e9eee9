#include "target/target.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "interpreter/profile.h"
#include "reference_models.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

using ::testing::HasSubstr;

nlohmann::json data_file() {
  return nlohmann::json::parse(read_text_file(std::filesystem::path(MLTK_SOURCE_DIR) / "src/target/targets.json"));
}

const LatencyFit& fit_of(const Target& target, const std::string& library_name) {
  for (const LatencyFit& fit : target.fits) {
    if (fit.library == library_name) return fit;
  }
  throw std::runtime_error("no fit");
}

TEST(Target, FindsNamesInAnyCase) {
  EXPECT_EQ(find_target("nucleo-l4r5zi").name, "NUCLEO-L4R5ZI");
  EXPECT_EQ(find_target("NUCLEO-L4R5ZI").core, "Cortex-M4");
}

TEST(Target, NamesTheTargetsThatThereAre) {
  try {
    find_target("NUCLEO-L4R5");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.message(), HasSubstr("'NUCLEO-L4R5'"));
    EXPECT_THAT(error.message(), HasSubstr("Did you mean NUCLEO-L4R5ZI"));
    EXPECT_THAT(error.message(), HasSubstr("EK-RA6M4"));
  }
}

TEST(Target, HasALatencyOnlyWithResultsOfItsOwn) {
  for (const Target& target : targets()) {
    SCOPED_TRACE(target.name);
    EXPECT_NE(target.fits.empty(), target.no_latency.empty());
    for (const LatencyFit& fit : target.fits) EXPECT_FALSE(fit.sources.empty());
  }
  EXPECT_TRUE(find_target("Raspberry-Pi-Pico").fits.empty());
  EXPECT_THAT(find_target("xG24-DK2601B").no_latency, HasSubstr("accelerator"));
}

TEST(Target, SaysWhereItsMemoryIsStated) {
  for (const Target& target : targets()) EXPECT_GT(target.memory_source.size(), 20U) << target.name;
  EXPECT_THAT(find_target("NUCLEO-H7A3ZI-Q").memory_source, HasSubstr("DS13195"));
  EXPECT_THAT(find_target("Arduino-Nano-33-BLE").memory_source, HasSubstr("nRF52840"));
  EXPECT_THAT(find_target("Raspberry-Pi-Pico").memory_source, HasSubstr("264 KB"));
}

TEST(Target, HasTheKernelsOfItsCore) {
  EXPECT_EQ(find_target("NUCLEO-L4R5ZI").kernels, tflite::DeviceKernels::cmsis_nn);
  EXPECT_EQ(find_target("NUCLEO-G0B1RE").kernels, tflite::DeviceKernels::cmsis_nn_c);
  EXPECT_EQ(kernels_of("", &find_target("NUCLEO-G0B1RE")), tflite::DeviceKernels::cmsis_nn_c);
  EXPECT_EQ(kernels_of("reference", &find_target("NUCLEO-G0B1RE")), tflite::DeviceKernels::reference);
  EXPECT_EQ(kernels_of("", nullptr), tflite::DeviceKernels::reference);
  EXPECT_THROW(kernels_of("cmsis", nullptr), Error);
}

TEST(Target, CountsTheWorkOfTheMeasuredModelsAsTheProfileDoes) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  const auto data = data_file();
  for (const auto& work : data.at("workloads")) {
    SCOPED_TRACE(work.dump());
    const auto report =
        profile(tflite::read_model_file(test::models_folder() / work.at("model") / "model.tflite"), "", 0);
    std::map<std::string, std::int64_t> macs;
    for (const LayerProfile& layer : report.layers) macs[layer.opcode] += layer.macs;
    EXPECT_EQ(work.at("macs").at("convolution"), macs["conv_2d"]);
    EXPECT_EQ(work.at("macs").at("depthwise"), macs["depthwise_conv_2d"]);
    EXPECT_EQ(work.at("macs").at("fully_connected"), macs["fully_connected"]);
    EXPECT_EQ(report.macs, macs["conv_2d"] + macs["depthwise_conv_2d"] + macs["fully_connected"]);
  }
}

TEST(Target, PredictsEveryPublishedResultWithinTheStatedError) {
  const auto data = data_file();
  std::map<std::string, std::string> library_names;
  for (const auto& library : data.at("libraries")) library_names[library.at("id")] = library.at("name");
  ASSERT_GE(data.at("measurements").size(), 15U);
  for (const auto& row : data.at("measurements")) {
    const Target& target = find_target(row.at("target").get<std::string>());
    const LatencyFit& fit = fit_of(target, library_names.at(row.at("library")));
    for (const auto& work : data.at("workloads")) {
      SCOPED_TRACE(row.at("path").dump() + work.at("id").dump());
      const auto& macs = work.at("macs");
      const double cycles = macs.at("convolution").get<double>() * fit.cycles_per_mac.at("conv_2d") +
                            macs.at("depthwise").get<double>() * fit.cycles_per_mac.at("depthwise_conv_2d") +
                            macs.at("fully_connected").get<double>() * fit.cycles_per_mac.at("fully_connected");
      const double measured =
          static_cast<double>(target.clock_hz) / row.at("inferences_per_second").at(work.at("id")).get<double>();
      EXPECT_NEAR(cycles / measured, 1, fit.error_percent / 100.0);
    }
  }
}

}  // namespace
}  // namespace mltk
