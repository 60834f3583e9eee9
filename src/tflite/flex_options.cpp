#include "tflite/ops/flex_options.h"

#include <flatbuffers/flexbuffers.h>

namespace mltk::tflite {
namespace {

flexbuffers::Map map_of(const OpContext& op) {
  const auto& bytes = op.op().custom_options;
  return flexbuffers::GetRoot(bytes.data(), bytes.size()).AsMap();
}

flexbuffers::Reference number_at(const OpContext& op, const char* key) {
  const flexbuffers::Reference value = map_of(op)[key];
  if (!value.IsNumeric() && !value.IsBool()) op.fail("its custom options have no number '{}'.", key);
  return value;
}

}  // namespace

FlexOptions::FlexOptions(const OpContext& op) : op_(op) {
  const auto& bytes = op.op().custom_options;
  std::vector<std::uint8_t> reuse;
  if (bytes.size() < 3 || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size(), &reuse) ||
      !flexbuffers::GetRoot(bytes.data(), bytes.size()).IsMap()) {
    op.fail("its {} bytes of custom options are no FlexBuffer map; is the file complete?", bytes.size());
  }
}

std::int32_t FlexOptions::integer(const char* key) const { return number_at(op_, key).AsInt32(); }

float FlexOptions::real(const char* key) const { return number_at(op_, key).AsFloat(); }

std::int32_t FlexOptions::integer(const char* key, std::int32_t missing) const {
  return map_of(op_)[key].IsNull() ? missing : integer(key);
}

bool FlexOptions::boolean(const char* key, bool missing) const {
  return map_of(op_)[key].IsNull() ? missing : number_at(op_, key).AsBool();
}

std::int32_t FlexOptions::integer_within(const char* key, std::int32_t low, std::int32_t high) const {
  const std::int32_t value = integer(key);
  if (value < low || value > high) op_.fail("its option {} is {}; expected {} to {}.", key, value, low, high);
  return value;
}

}  // namespace mltk::tflite
