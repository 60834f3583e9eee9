#include "evaluate/classifier.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "evaluate/recorded_results.h"
#include "evaluate/roc.h"

namespace mltk {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> kClasses = {"cat", "dog", "owl"};
const std::vector<std::int32_t> kLabels = {0, 0, 1, 1, 1};
const std::vector<float> kPredictions = {
    0.9F, 0.1F, 0.0F,  //
    0.3F, 0.6F, 0.1F,  //
    0.2F, 0.8F, 0.0F,  //
    0.1F, 0.9F, 0.0F,  //
    0.0F, 1.0F, 0.0F,
};

ClassifierResults example() { return evaluate_classifier("pets", kClasses, kLabels, kPredictions, 3); }

std::string message_of(const std::vector<std::int32_t>& labels, const std::vector<float>& predictions,
                       std::int64_t width) {
  try {
    evaluate_classifier("pets", kClasses, labels, predictions, width);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_data);
    return error.message();
  }
  return "";
}

TEST(Classifier, CountsEverySampleOnce) {
  const ClassifierResults results = example();
  EXPECT_DOUBLE_EQ(results.overall_accuracy, 0.8);
  EXPECT_THAT(results.class_accuracies, ElementsAre(0.5, 1, 0));
}

TEST(Classifier, KeepsAbsentClassesInTheConfusionMatrix) {
  EXPECT_THAT(example().confusion_matrix,
              ElementsAre(ElementsAre(1, 1, 0), ElementsAre(0, 3, 0), ElementsAre(0, 0, 0)));
}

TEST(Classifier, HasARocCurveOf101ThresholdsForEachClass) {
  const ClassifierResults results = example();
  ASSERT_EQ(results.roc_thresholds.size(), 101U);
  EXPECT_DOUBLE_EQ(results.roc_thresholds.back(), 1);
  EXPECT_DOUBLE_EQ(results.tpr[0][50], 0.5);
  EXPECT_DOUBLE_EQ(results.fpr[1][50], 0.5);
  EXPECT_DOUBLE_EQ(results.tpr[1][50], 1);
  EXPECT_DOUBLE_EQ(results.roc_auc[0], 1);
  EXPECT_DOUBLE_EQ(results.roc_auc_avg, (results.roc_auc[0] + results.roc_auc[1] + results.roc_auc[2]) / 3);
}

TEST(Classifier, PutsABinaryScoreIntoTheColumnOfTheClassItMeans) {
  const ClassifierResults results = evaluate_classifier("bit", {"off", "on"}, std::vector<std::int32_t>{0, 1, 1},
                                                        std::vector<float>{0.2F, 0.5F, 0.4F}, 1);
  EXPECT_THAT(results.confusion_matrix, ElementsAre(ElementsAre(1, 0), ElementsAre(1, 1)));
  EXPECT_DOUBLE_EQ(results.fpr[0][30], 0.5);
}

TEST(Classifier, HasPrecisionAndRecallAtTheScoresOfEachClass) {
  // Dogs score 0.8, 0.9 and 1, cats 0.1 and 0.6.
  const ClassifierResults results = example();
  EXPECT_THAT(results.precision[1], ElementsAre(0.6, 0.75, 1, 1, 1, 1));
  EXPECT_THAT(results.recall[1], ElementsAre(1, 1, 1, 2.0 / 3, 1.0 / 3, 0));
  // Without owls: no precision and, as scikit-learn has it, full recall.
  EXPECT_THAT(results.precision[2], ElementsAre(0, 0, 1));
  EXPECT_THAT(results.recall[2], ElementsAre(1, 1, 0));
}

TEST(Classifier, PicksTheFirstOfEqualScores) {
  const ClassifierResults results = evaluate_classifier("pets", kClasses, std::vector<std::int32_t>{0, 1},
                                                        std::vector<float>{0.5F, 0.5F, 0.5F, 0.1F, 0.4F, 0.4F}, 3);
  EXPECT_DOUBLE_EQ(results.overall_accuracy, 1);
}

TEST(Classifier, GivesAllOrNothingForPerfectAndReversedScores) {
  const std::vector<std::int32_t> labels = {0, 1};
  const auto right = evaluate_classifier("bit", {"off", "on"}, labels, std::vector<float>{1, 0, 0, 1}, 2);
  EXPECT_DOUBLE_EQ(right.overall_accuracy, 1);
  EXPECT_DOUBLE_EQ(right.roc_auc_avg, 1);
  const auto wrong = evaluate_classifier("bit", {"off", "on"}, labels, std::vector<float>{0, 1, 1, 0}, 2);
  EXPECT_DOUBLE_EQ(wrong.overall_accuracy, 0);
  EXPECT_DOUBLE_EQ(wrong.roc_auc_avg, 0);
}

TEST(Classifier, ABinaryScoreNeedsTwoClasses) {
  EXPECT_THAT(message_of({0}, {0.3F}, 1), HasSubstr("2 scores a sample, the specification has 3 classes"));
}

TEST(Classifier, RejectsWhatCannotBeScored) {
  EXPECT_THAT(message_of({}, {}, 3), HasSubstr("no samples"));
  EXPECT_THAT(message_of({3}, {0, 0, 1}, 3), HasSubstr("class 3, there are 3 classes"));
  EXPECT_THAT(message_of({-1}, {0, 0, 1}, 3), HasSubstr("class -1"));
  EXPECT_THAT(message_of({0}, {0, 1}, 2), HasSubstr("2 scores a sample, the specification has 3 classes"));
  EXPECT_THAT(message_of({0, 1}, {0, 0, 1}, 3), HasSubstr("3 predicted values; expected 3 for each of the 2 labels"));
  EXPECT_THAT(message_of({0}, {0, NAN, 1}, 3), HasSubstr("predicts nan for sample 0"));
}

TEST(ClassifierJson, HasTheKeysInMltksOrderOnOneLine) {
  const std::string text = to_json(example());
  EXPECT_EQ(text.find('\n'), std::string::npos);
  std::vector<std::string> keys;
  const auto json = nlohmann::ordered_json::parse(text);
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("name", "model_type", "classes", "overall_accuracy", "class_accuracies", "fpr", "tpr",
                                "roc_auc", "roc_thresholds", "roc_auc_avg", "precision", "recall", "confusion_matrix"));
}

TEST(ClassifierJson, IsReadBack) {
  const std::string text = to_json(example());
  EXPECT_EQ(to_json(classifier_from_json(text)), text);
}

TEST(ClassifierJson, RejectsOtherText) {
  for (const char* text : {"", "[]", "{}", "{\"name\": 3}"}) {
    EXPECT_THROW(classifier_from_json(text), Error) << text;
  }
  auto json = nlohmann::ordered_json::parse(to_json(example()));
  json["tpr"].erase(0);
  EXPECT_THROW(classifier_from_json(json.dump()), Error);
}

TEST(ClassifierSummary, RanksClassesByFallingValue) {
  EXPECT_THAT(summary_text(example()), HasSubstr("Overall accuracy: 80.000%\n"
                                                 "Class accuracies:\n"
                                                 "- dog = 100.000%\n"
                                                 "- cat = 50.000%\n"
                                                 "- owl = 0.000%\n"
                                                 "Average ROC AUC: "));
}

TEST(ClassifierSummary, IsThatOfTheReferenceArchives) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const RecordedResults& recorded : recorded_results("classification")) {
    EXPECT_EQ(summary_text(classifier_from_json(recorded.json)), recorded.summary) << recorded.path;
  }
}

TEST(ClassifierArea, IsThatOfTheReferenceArchives) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const RecordedResults& recorded : recorded_results("classification")) {
    const ClassifierResults results = classifier_from_json(recorded.json);
    for (std::size_t c = 0; c < results.classes.size(); ++c) {
      EXPECT_THAT(area_under({results.fpr[c], results.tpr[c], results.roc_thresholds}),
                  DoubleNear(results.roc_auc[c], 1e-12))
          << recorded.path << ", " << results.classes[c];
    }
  }
}

}  // namespace
}  // namespace mltk
