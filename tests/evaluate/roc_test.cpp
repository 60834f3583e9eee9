#include "evaluate/roc.h"

#include <gmock/gmock.h>

namespace mltk {
namespace {

using testing::ElementsAre;

// Expected numbers of the curves at the scores: the example in scikit-learn's documentation of roc_curve and
// precision_recall_curve (y = [0, 0, 1, 1], scores = [0.1, 0.4, 0.35, 0.8]).
const std::vector<Scored> kExample = {{0.1F, false}, {0.4F, false}, {0.35F, true}, {0.8F, true}};

TEST(RocCurve, CountsOnlyScoresAboveTheThreshold) {
  const RocCurve curve = roc_curve(kExample, {0.0, 0.35F, 0.4F, 0.9});
  EXPECT_THAT(curve.true_positive_rate, ElementsAre(1, 0.5, 0.5, 0));
  EXPECT_THAT(curve.false_positive_rate, ElementsAre(1, 0.5, 0, 0));
}

TEST(RocCurve, StartsAtOneWhateverTheScores) {
  const RocCurve curve = roc_curve(kExample, {0.99});
  EXPECT_THAT(curve.true_positive_rate, ElementsAre(1));
  EXPECT_THAT(curve.false_positive_rate, ElementsAre(1));
}

TEST(RocCurve, HasRatesOfZeroWithoutSamplesOfAKind) {
  const RocCurve curve = roc_curve(std::vector<Scored>{{0.5F, false}}, {0.0, 0.1});
  EXPECT_THAT(curve.true_positive_rate, ElementsAre(1, 0));
  EXPECT_THAT(curve.false_positive_rate, ElementsAre(1, 1));
}

TEST(RocCurve, AtTheScoresIsScikitLearns) {
  const RocCurve curve = roc_curve(kExample);
  EXPECT_THAT(curve.false_positive_rate, ElementsAre(0, 0, 0.5, 0.5, 1));
  EXPECT_THAT(curve.true_positive_rate, ElementsAre(0, 0.5, 0.5, 1, 1));
  EXPECT_THAT(curve.thresholds, ElementsAre(0.8F + 1.0, 0.8F, 0.4F, 0.35F, 0.1F));
  EXPECT_DOUBLE_EQ(area_under(curve), 0.75);
}

TEST(RocCurve, LeavesOutPointsOnALine) {
  const RocCurve curve = roc_curve(std::vector<Scored>{{4, true}, {3, true}, {2, true}, {1, false}});
  EXPECT_THAT(curve.thresholds, ElementsAre(5, 4, 2, 1));
}

TEST(AreaUnder, IsTheShareOfPairsInTheRightOrder) {
  // Of a positive and a negative sample, the positive one scores higher; equal scores count half.
  std::vector<Scored> samples;
  for (int i = 0; i < 60; ++i) samples.push_back({static_cast<float>(i * i % 17), i % 3 == 0});
  double right = 0;
  double pairs = 0;
  for (const Scored& positive : samples) {
    for (const Scored& negative : samples) {
      if (!positive.positive || negative.positive) continue;
      right += positive.score > negative.score ? 1 : positive.score == negative.score ? 0.5 : 0;
      ++pairs;
    }
  }
  EXPECT_NEAR(area_under(roc_curve(samples)), right / pairs, 1e-12);
}

TEST(RocCurve, OfNoSamplesIsEmpty) { EXPECT_EQ(area_under(roc_curve(std::vector<Scored>())), 0); }

TEST(AreaUnder, IsTheSameInBothDirections) {
  EXPECT_DOUBLE_EQ(area_under({.false_positive_rate = {0, 0.5, 1}, .true_positive_rate = {0, 1, 1}}), 0.75);
  EXPECT_DOUBLE_EQ(area_under({.false_positive_rate = {1, 0.5, 0}, .true_positive_rate = {1, 1, 0}}), 0.75);
}

TEST(PrecisionRecallCurve, IsScikitLearns) {
  const PrecisionRecall curve = precision_recall_curve(kExample);
  EXPECT_THAT(curve.precision, ElementsAre(0.5, 2.0 / 3, 0.5, 1, 1));
  EXPECT_THAT(curve.recall, ElementsAre(1, 1, 0.5, 0.5, 0));
}

TEST(PrecisionRecallCurve, HasFullRecallWithoutPositives) {
  const PrecisionRecall curve = precision_recall_curve(std::vector<Scored>{{0.5F, false}, {0.2F, false}});
  EXPECT_THAT(curve.precision, ElementsAre(0, 0, 1));
  EXPECT_THAT(curve.recall, ElementsAre(1, 1, 0));
}

TEST(PrecisionRecallCurve, CountsEqualScoresTogether) {
  const PrecisionRecall curve = precision_recall_curve(std::vector<Scored>{{0.5F, false}, {0.5F, true}});
  EXPECT_THAT(curve.precision, ElementsAre(0.5, 1));
  EXPECT_THAT(curve.recall, ElementsAre(1, 0));
}

}  // namespace
}  // namespace mltk
