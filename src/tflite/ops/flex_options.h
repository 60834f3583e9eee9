#pragma once

#include <string>
#include <vector>

#include "tflite/op_def.h"

namespace mltk::tflite {

/// The options of a custom operator: a FlexBuffer map. The bytes are not trusted.
class FlexOptions {
 public:
  /// Throws Error(invalid_model) when the options are no map.
  explicit FlexOptions(const OpContext& op);

  /// Throw Error(invalid_model) when there is no such key, or its value is no number.
  std::int32_t integer(const char* key) const;
  float real(const char* key) const;
  /// `missing` when there is no such key.
  std::int32_t integer(const char* key, std::int32_t missing) const;
  bool boolean(const char* key, bool missing) const;
  /// An integer from `low` to `high`.
  std::int32_t integer_within(const char* key, std::int32_t low, std::int32_t high) const;

 private:
  const OpContext& op_;
};

}  // namespace mltk::tflite
