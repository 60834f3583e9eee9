#include "evaluate/autoencoder.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "evaluate/recorded_results.h"

namespace mltk {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

MATCHER_P(NearlyEqual, tolerance, "") { return std::abs(std::get<0>(arg) - std::get<1>(arg)) <= tolerance; }

AutoEncoderResults example() {
  return evaluate_autoencoder("pump", {"normal", "leak", "stuck"}, {{1, 2, 3, 6}, {5, 7}, {8, 11}});
}

TEST(AutoEncoder, ScoresAllAbnormalClassesTogether) {
  const AutoEncoderResults results = example();
  EXPECT_DOUBLE_EQ(results.thresholds.front(), 1);
  EXPECT_DOUBLE_EQ(results.thresholds.back(), 11);
  EXPECT_DOUBLE_EQ(results.overall_accuracy, 7.0 / 8);
  EXPECT_DOUBLE_EQ(results.overall_recall[25], 1);  // threshold 3.5
  EXPECT_DOUBLE_EQ(results.overall_precision[25], 4.0 / 5);
  EXPECT_DOUBLE_EQ(results.overall_pr_accuracy, 0.9);
  EXPECT_DOUBLE_EQ(results.overall_roc_auc, 1 - 1.0 / 16);
}

TEST(AutoEncoder, TellsEachAbnormalClassFromTheNormalOne) {
  const AutoEncoderResults results = example();
  ASSERT_EQ(results.class_stats.size(), 3U);
  EXPECT_EQ(results.class_stats[0].name, "leak");
  EXPECT_DOUBLE_EQ(results.class_stats[0].auc, 1 - 1.0 / 8);
  EXPECT_DOUBLE_EQ(results.class_stats[1].auc, 1);
  EXPECT_EQ(results.class_stats[2].name, "all");
  EXPECT_DOUBLE_EQ(results.class_stats[2].auc, 1 - 1.0 / 16);
}

TEST(AutoEncoder, HasNoEntryForAllOfOneAbnormalClass) {
  EXPECT_EQ(evaluate_autoencoder("pump", {"normal", "leak"}, {{1}, {2}}).class_stats.size(), 1U);
}

TEST(AutoEncoder, RejectsWhatCannotBeScored) {
  const auto message_of = [](std::vector<std::string> classes, std::vector<std::vector<float>> scores) -> std::string {
    try {
      evaluate_autoencoder("pump", std::move(classes), std::move(scores));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_data);
      return error.message();
    }
    return "";
  };
  EXPECT_THAT(message_of({"normal"}, {{1}}), HasSubstr("at least one abnormal class"));
  EXPECT_THAT(message_of({"normal", "leak"}, {{1}}), HasSubstr("2 classes and scores of 1"));
  EXPECT_THAT(message_of({"normal", "leak"}, {{1}, {}}), HasSubstr("class 'leak' has no samples"));
  EXPECT_THAT(message_of({"normal", "leak"}, {{1}, {2, INFINITY}}),
              HasSubstr("sample 1 of class 'leak' has the score inf"));
}

TEST(AutoEncoder, AcceptsEqualScores) {
  const AutoEncoderResults results = evaluate_autoencoder("pump", {"normal", "leak"}, {{2, 2}, {2}});
  EXPECT_DOUBLE_EQ(results.class_stats[0].auc, 0.5);
}

TEST(AutoEncoderJson, HasTheKeysInMltksOrderAndIsReadBack) {
  const std::string text = to_json(example());
  std::vector<std::string> keys;
  const auto json = nlohmann::ordered_json::parse(text);
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("name", "model_type", "classes", "all_scores", "thresholds", "overall_accuracy",
                                "overall_precision", "overall_recall", "overall_pr_accuracy", "overall_tpr",
                                "overall_fpr", "overall_roc_auc", "class_stats"));
  EXPECT_EQ(to_json(autoencoder_from_json(text)), text);
}

TEST(AutoEncoderJson, ReadsThresholdsThatStartAtInfinity) {
  auto json = nlohmann::ordered_json::parse(to_json(example()));
  json["name"] = "to \"Infinity\" and back";
  std::string text = json.dump();
  const std::string start = "\"thr\":[";
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const std::size_t first = at + start.size();
    text.replace(first, text.find(',', first) - first, "Infinity");
  }
  EXPECT_EQ(to_json(autoencoder_from_json(text)), json.dump());
}

TEST(AutoEncoderJson, RejectsOtherText) {
  for (const char* text : {"", "{}", "{\"name\": \"x\", \"classes\": 1}"}) {
    EXPECT_THROW(autoencoder_from_json(text), Error) << text;
  }
}

TEST(AutoEncoderSummary, NamesClassesWhenThereAreSeveral) {
  EXPECT_EQ(summary_text(example()),
            "Name: pump\nModel Type: auto_encoder\nOverall accuracy: 87.500%\nPrecision/recall accuracy: 90.000%\n"
            "Overall ROC AUC: 93.750%\nIndividual class ROC AUC:\n  leak: 87.500%\n  stuck: 100.000%\n  all: 93.750%");
}

TEST(AutoEncoderSummary, IsThatOfTheReferenceArchives) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const RecordedResults& recorded : recorded_results("auto_encoder")) {
    EXPECT_EQ(summary_text(autoencoder_from_json(recorded.json)), recorded.summary) << recorded.path;
  }
}

// MLTK computed thresholds in float32: a score on the edge may fall on the other side.
TEST(AutoEncoder, GivesTheScoresOfTheReferenceArchives) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const RecordedResults& recorded : recorded_results("auto_encoder")) {
    const AutoEncoderResults expected = autoencoder_from_json(recorded.json);
    const AutoEncoderResults actual = evaluate_autoencoder(expected.name, expected.classes, expected.all_scores);
    const double one_sample = 1.0 / static_cast<double>(expected.all_scores[1].size());
    EXPECT_THAT(actual.overall_accuracy, DoubleNear(expected.overall_accuracy, 1e-12)) << recorded.path;
    EXPECT_THAT(actual.overall_roc_auc, DoubleNear(expected.overall_roc_auc, 1e-3)) << recorded.path;
    EXPECT_THAT(actual.overall_tpr, Pointwise(NearlyEqual(one_sample), expected.overall_tpr)) << recorded.path;
    EXPECT_THAT(actual.overall_fpr, Pointwise(NearlyEqual(one_sample), expected.overall_fpr)) << recorded.path;
    ASSERT_EQ(actual.class_stats.size(), expected.class_stats.size());
    EXPECT_THAT(actual.class_stats[0].auc, DoubleNear(expected.class_stats[0].auc, 1e-12)) << recorded.path;
    EXPECT_THAT(actual.class_stats[0].roc.false_positive_rate,
                Pointwise(NearlyEqual(1e-12), expected.class_stats[0].roc.false_positive_rate));
    EXPECT_THAT(actual.class_stats[0].roc.thresholds,
                Pointwise(NearlyEqual(1e-6), expected.class_stats[0].roc.thresholds));
  }
}

}  // namespace
}  // namespace mltk
