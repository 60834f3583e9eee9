#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mltk {

/// `text` inside an HTML element or attribute.
std::string escape_html(std::string_view text);

/// JSON that may stand inside a script element: "<" occurs in strings only, where it can be written as \u003c, so that
/// neither "</script" nor "<!--" reaches the HTML parser. Bytes that are not UTF-8 become U+FFFD.
std::string embeddable(const nlohmann::ordered_json& json);

/// Head of a page that is complete in itself, up to the opened style element: its own security policy forbids to load
/// anything.
std::string page_head(std::string_view title);

}  // namespace mltk
