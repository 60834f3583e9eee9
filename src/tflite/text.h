#pragma once

#include <cstdint>
#include <string>

#include "tflite/model.h"
#include "tflite/parameters.h"

namespace mltk::tflite {

/// The operator's name in lower case: "conv_2d"; a custom operator's own name.
std::string opcode_text(const Operator& op);

/// The table of `mltk summarize` for a .tflite, with the totals: operators, tensors without batch, options.
std::string summary_table(const Model& model);

/// The lines about a model: name, version, description, classes, data set, memory, then every other parameter.
std::string information_text(const Parameters& parameters, const std::string& description,
                             const std::string& dataset = {});

/// All that `mltk summarize` prints for a .tflite of `file_bytes` bytes.
std::string summary_text(const Model& model, std::int64_t file_bytes, const std::string& dataset = {});

}  // namespace mltk::tflite
