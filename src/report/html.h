#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mltk {

/// One web page about a trained model, complete in itself: style, script, data and pictures are inside, and the page's
/// own security policy forbids to load anything. The same report gives the same bytes.
///
/// Keys of `report`; all but `name` are optional, a missing or null one leaves its part of the page out:
///   name, version, description
///   classes [name]
///   history {metric: [value of each epoch]}; `val_<metric>` and `int8_<metric>` join the chart of <metric>
///   epochs [0-based epoch of each value]; 0, 1, 2 ... when left out
///   float, int8                objects of eval-results.json (classification)
///   profile                    object of `mltk profile --json`, with `target` where it was compared with a board
///   arena [{name, offset, bytes, first, last}]   tensors in memory, `first` and `last` being layer indices
///   misclassified [{picture: data URI, actual, predicted, probability, file}]   worst first
///   parameters {key: value}    stored in the .tflite
///   files [{name, path, bytes}]
///   command                    how to make the page again
///
/// Throws Error(invalid_argument) when a key has the wrong type, when results and classes do not fit together, or when
/// a picture is not a data URI.
std::string html_report(const nlohmann::ordered_json& report);

}  // namespace mltk
