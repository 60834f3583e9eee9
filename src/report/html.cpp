#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.h"
#include "report/assets.h"
#include "report/page.h"

namespace mltk {
namespace {

using Json = nlohmann::ordered_json;

/// The value of an optional key, or null.
const Json& optional(const Json& object, const char* key, Json::value_t type) {
  static const Json null;
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return null;
  if (found->type() != type) {
    fail(ErrorKind::invalid_argument, "report: '{}' is {}; expected {}", key, found->type_name(),
         Json(type).type_name());
  }
  return *found;
}

/// Each class of the results has a line, a row or a column of the page.
void check_length(const std::string& key, const Json& values, std::size_t classes) {
  if (!values.is_array() || values.size() != classes) {
    fail(ErrorKind::invalid_argument, "report: '{}' has {} entries; expected one for each of the {} classes", key,
         values.is_array() ? values.size() : 0, classes);
  }
}

void check_results(const Json& report, const char* key) {
  const Json& results = optional(report, key, Json::value_t::object);
  if (results.is_null()) return;
  const std::size_t classes = optional(results, "classes", Json::value_t::array).size();
  for (const char* part : {"class_accuracies", "roc_auc", "tpr", "fpr", "confusion_matrix"}) {
    const Json& values = optional(results, part, Json::value_t::array);
    if (!values.is_null()) check_length(fmt::format("{}.{}", key, part), values, classes);
  }
  const Json& matrix = optional(results, "confusion_matrix", Json::value_t::array);
  for (std::size_t row = 0; row < matrix.size(); ++row) {
    check_length(fmt::format("{}.confusion_matrix[{}]", key, row), matrix[row], classes);
  }
}

/// They share the rows of a table.
void check_same_classes(const Json& report) {
  const Json& with_float = optional(report, "float", Json::value_t::object);
  const Json& with_int8 = optional(report, "int8", Json::value_t::object);
  if (with_float.is_null() || with_int8.is_null()) return;
  const Json& classes = optional(with_float, "classes", Json::value_t::array);
  const Json& others = optional(with_int8, "classes", Json::value_t::array);
  if (classes != others) {
    fail(ErrorKind::invalid_argument,
         "report: 'float' has the classes {}, 'int8' has {}; evaluate both models with the same classes",
         classes.dump(-1, ' ', false, Json::error_handler_t::replace),
         others.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

void check_history(const Json& report) {
  for (const auto& [metric, values] : optional(report, "history", Json::value_t::object).items()) {
    const auto drawable = [](const Json& value) { return value.is_number() || value.is_null(); };
    if (!values.is_array() || !std::ranges::all_of(values, drawable)) {
      fail(ErrorKind::invalid_argument, "report: 'history.{}' is no array of numbers", metric);
    }
  }
}

void check(const Json& report) {
  using Type = Json::value_t;
  if (!report.is_object()) fail(ErrorKind::invalid_argument, "report: it is {}; expected object", report.type_name());
  if (optional(report, "name", Type::string).is_null()) {
    fail(ErrorKind::invalid_argument, "report: 'name' is missing; expected the model's name");
  }
  for (const char* key : {"description", "command"}) optional(report, key, Type::string);
  for (const char* key : {"profile", "parameters"}) optional(report, key, Type::object);
  for (const char* key : {"classes", "epochs", "arena", "files"}) optional(report, key, Type::array);
  check_history(report);
  check_results(report, "float");
  check_results(report, "int8");
  check_same_classes(report);
  for (const Json& one : optional(report, "misclassified", Type::array)) {
    const Json& picture = one.is_object() ? optional(one, "picture", Type::string) : one;
    if (!picture.is_string() || !picture.get_ref<const std::string&>().starts_with("data:image/")) {
      fail(ErrorKind::invalid_argument,
           "report: 'misclassified' has an entry whose picture is no \"data:image/\" URI; the page must hold its "
           "pictures");
    }
  }
}

}  // namespace

std::string html_report(const Json& report) {
  check(report);
  std::string page = page_head(report["name"].get_ref<const std::string&>() + " - mltk report");
  page += assets::kUplotCss;
  page += "\n";
  page += assets::kReportCss;
  page += "</style>\n</head>\n<body>\n<main id=\"report\"></main>\n";
  page +=
      "<noscript>The charts and tables of this page are drawn by the script inside it: please allow "
      "scripts.</noscript>\n";
  page += "<script type=\"application/json\" id=\"data\">";
  page += embeddable(report);
  page += "</script>\n<script>\n/*\nuPlot\n";
  page += assets::kUplotLicense;
  page += "*/\n";
  page += assets::kUplotJs;
  page += "\n</script>\n<script>\n";
  page += assets::kReportJs;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace mltk
