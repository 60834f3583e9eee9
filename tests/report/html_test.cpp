#include "report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "golden.h"

namespace mltk {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

/// What the page's script reads.
Json data_of(const std::string& page) {
  const std::string open = R"(<script type="application/json" id="data">)";
  const std::size_t begin = page.find(open) + open.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::string message_of(const Json& report) {
  try {
    html_report(report);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.message();
  }
  return "";
}

TEST(HtmlReport, IsOnePageThatHoldsTheReport) {
  const Json report = {
      {"name", "tiny"}, {"history", {{"loss", {1.5, 0.1}}}}, {"parameters", {{"classes", {"a", "b"}}}}};
  const std::string page = html_report(report);
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_THAT(page, HasSubstr("<title>tiny - mltk report</title>"));
  EXPECT_EQ(data_of(page), report);
}

TEST(HtmlReport, LoadsNothing) {
  const std::string page = html_report({{"name", "tiny"}});
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* reference : {"<link", "<script src", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
    EXPECT_THAT(page, Not(HasSubstr(reference)));
  }
}

TEST(HtmlReport, HoldsTheLibraryAndItsLicense) {
  const std::string page = html_report({{"name", "tiny"}});
  EXPECT_THAT(page, HasSubstr("var uPlot="));
  EXPECT_THAT(page, HasSubstr("The MIT License (MIT)"));
}

TEST(HtmlReport, IsTheSameForTheSameReport) {
  const Json report = {{"name", "tiny"}, {"classes", {"a", "b"}}};
  EXPECT_EQ(html_report(report), html_report(report));
}

TEST(HtmlReport, KeepsMarkupInTextAsText) {
  const std::string hostile = "</script><!--<script>alert(\"1\" & 2)</script>";
  const std::string page = html_report({{"name", hostile}, {"description", hostile}});
  EXPECT_EQ(data_of(page)["description"], hostile);
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;!--&lt;script&gt;alert(&quot;1&quot; &amp; 2)"));
  const std::string plain = html_report({{"name", "tiny"}});
  for (const char* mark : {"</script", "<script", "<!--"}) EXPECT_EQ(count(page, mark), count(plain, mark)) << mark;
}

TEST(HtmlReport, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(data_of(html_report({{"name", "tiny"}, {"description", "a\xff"}}))["description"], "a\uFFFD");
}

TEST(HtmlReport, TakesNullForMissing) {
  EXPECT_THAT(html_report({{"name", "tiny"}, {"float", nullptr}, {"int8", nullptr}, {"misclassified", nullptr}}),
              HasSubstr("tiny"));
}

TEST(HtmlReport, TakesRecordedResults) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto eval = shared_data() / "models" / "mltk_image_example1" / "eval";
  const Json report = {{"name", "image_example1"},
                       {"float", Json::parse(read_text_file(eval / "h5" / "eval-results.json"))},
                       {"int8", Json::parse(read_text_file(eval / "tflite" / "eval-results.json"))}};
  EXPECT_EQ(data_of(html_report(report)), report);
}

TEST(HtmlReport, RejectsAReportThatIsNoObject) {
  EXPECT_EQ(message_of({1, 2}), "report: it is array; expected object");
}

TEST(HtmlReport, RejectsAMissingName) {
  EXPECT_EQ(message_of(Json::object()), "report: 'name' is missing; expected the model's name");
}

TEST(HtmlReport, RejectsAKeyOfTheWrongType) {
  EXPECT_EQ(message_of({{"name", "tiny"}, {"history", {1, 2}}}), "report: 'history' is array; expected object");
  EXPECT_EQ(message_of({{"name", 7}}), "report: 'name' is number; expected string");
}

TEST(HtmlReport, RejectsResultsThatDoNotFitTheirClasses) {
  const Json results = {{"classes", {"a", "b"}}, {"confusion_matrix", Json::array({Json::array({4})})}};
  EXPECT_EQ(message_of({{"name", "tiny"}, {"int8", results}}),
            "report: 'int8.confusion_matrix' has 1 entries; expected one for each of the 2 classes");
}

TEST(HtmlReport, RejectsAMatrixThatIsNotSquare) {
  const Json results = {{"classes", {"a", "b"}}, {"confusion_matrix", Json::array({Json::array({4, 1}), "b"})}};
  EXPECT_EQ(message_of({{"name", "tiny"}, {"float", results}}),
            "report: 'float.confusion_matrix[1]' has 0 entries; expected one for each of the 2 classes");
}

TEST(HtmlReport, RejectsModelsOfDifferentClasses) {
  EXPECT_EQ(message_of({{"name", "tiny"}, {"float", {{"classes", {"a", "b"}}}}, {"int8", {{"classes", {"a", "c"}}}}}),
            R"(report: 'float' has the classes ["a","b"], 'int8' has ["a","c"]; evaluate both models with the same )"
            "classes");
}

TEST(HtmlReport, RejectsAHistoryThatIsNoNumbers) {
  EXPECT_EQ(message_of({{"name", "tiny"}, {"history", {{"loss", "falling"}}}}),
            "report: 'history.loss' is no array of numbers");
  EXPECT_EQ(message_of({{"name", "tiny"}, {"history", {{"loss", {1, "low"}}}}}),
            "report: 'history.loss' is no array of numbers");
  EXPECT_EQ(message_of({{"name", "tiny"}, {"history", {{"loss", {1, nullptr}}}}}), "");
}

TEST(HtmlReport, RejectsPicturesThatAreNotInThePage) {
  const Json entry = {{"picture", "https://example.com/a.png"}, {"actual", "a"}, {"predicted", "b"}};
  EXPECT_THAT(message_of({{"name", "tiny"}, {"misclassified", Json::array({entry})}}),
              HasSubstr("the page must hold its pictures"));
}

}  // namespace
}  // namespace mltk
