#include "report/plots.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "report/pixels.h"

namespace mltk {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  return names;
}

/// What kind of Error `draw` throws, if any.
std::optional<ErrorKind> kind_of(const std::function<void()>& draw) {
  try {
    draw();
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

ClassifierResults classifier() {
  const std::vector<std::int32_t> labels = {0, 1, 1};
  const std::vector<float> predictions = {0.9F, 0.1F, 0.2F, 0.8F, 0.6F, 0.4F};
  return evaluate_classifier("pets", {"cat", "_dog_"}, labels, predictions, 2);
}

TEST(ClassifierPlots, HaveMltksNames) {
  const ScratchFolder folder;
  write_classifier_plots(folder.path(), classifier());
  EXPECT_THAT(names_in(folder.path()),
              UnorderedElementsAre("pets-roc.png", "pets-precision_vs_recall.png", "pets-tpr.png", "pets-fpr.png",
                                   "pets-tfp_fpr.png", "pets-confusion_matrix.png"));
  EXPECT_EQ(Pixels(folder.path() / "pets-roc.png").width, 1000U);
}

TEST(ClassifierPlots, AreTheSameBytesAgain) {
  const ScratchFolder first;
  const ScratchFolder second;
  write_classifier_plots(first.path(), classifier());
  write_classifier_plots(second.path(), classifier());
  for (const std::string& name : names_in(first.path())) {
    EXPECT_EQ(read_file(first.path() / name), read_file(second.path() / name)) << name;
  }
}

TEST(ClassifierPlots, RejectAnIncompleteConfusionMatrix) {
  const ScratchFolder folder;
  ClassifierResults results = classifier();
  results.confusion_matrix = {{3}};
  EXPECT_THROW(write_classifier_plots(folder.path(), results), Error);
}

TEST(ClassifierPlots, RejectEmptyResults) {
  const ScratchFolder folder;
  EXPECT_EQ(kind_of([&] { write_classifier_plots(folder.path(), {.name = "pets"}); }), ErrorKind::invalid_data);
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

TEST(AutoEncoderPlots, HaveMltksNames) {
  const ScratchFolder folder;
  write_autoencoder_plots(folder.path(), evaluate_autoencoder("pump", {"normal", "leak"}, {{1, 2, 3}, {2.5F, 4}}));
  EXPECT_THAT(names_in(folder.path()),
              UnorderedElementsAre("pump-overall_roc.png", "pump-overall_precision_vs_recall.png", "pump-histogram.png",
                                   "pump-class_roc.png"));
}

TEST(AutoEncoderPlots, AcceptEqualScores) {
  const ScratchFolder folder;
  write_autoencoder_plots(folder.path(), evaluate_autoencoder("pump", {"normal", "leak"}, {{2, 2}, {2}}));
  EXPECT_EQ(names_in(folder.path()).size(), 4U);
}

TEST(AutoEncoderPlots, RejectEmptyResults) {
  const ScratchFolder folder;
  EXPECT_EQ(kind_of([&] { write_autoencoder_plots(folder.path(), {.name = "pump"}); }), ErrorKind::invalid_data);
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

TEST(HistoryPlot, HasAPanelForEachMetric) {
  const ScratchFolder folder;
  const auto height_of = [&](const std::vector<std::pair<std::string, std::vector<double>>>& history) {
    write_history_plot(folder.path() / "history.png", history);
    return Pixels(folder.path() / "history.png").height;
  };
  EXPECT_EQ(height_of({{"loss", {1, 0.5}}, {"val_loss", {1, 0.6}}, {"lr", {0.1, 0.1}}}), 360U);
  EXPECT_EQ(height_of({{"loss", {1}}, {"accuracy", {0.5}}, {"val_accuracy", {0.5}}, {"int8_accuracy", {0.4}}}), 720U);
  EXPECT_EQ(height_of({{"loss", {NAN, NAN}}}), 360U);
}

TEST(HistoryPlot, RejectsAnEmptyHistory) {
  const ScratchFolder folder;
  const std::vector<std::vector<std::pair<std::string, std::vector<double>>>> histories = {
      {}, {{"lr", {0.1}}}, {{"loss", {}}, {"val_loss", {}}}};
  for (const auto& history : histories) {
    EXPECT_EQ(kind_of([&] { write_history_plot(folder.path() / "history.png", history); }), ErrorKind::invalid_data);
  }
}

}  // namespace
}  // namespace mltk
