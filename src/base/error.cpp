#include "base/error.h"

namespace mltk {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument: return "invalid_argument";
    case ErrorKind::invalid_model: return "invalid_model";
    case ErrorKind::invalid_data: return "invalid_data";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::io: return "io";
    case ErrorKind::internal: return "internal";
  }
  return "unknown";
}

Error::Error(ErrorKind kind, std::string message)
    : std::runtime_error(message), kind_(kind), message_(std::move(message)), text_(message_) {}

void Error::add_note(std::string_view note) {
  text_ += "\n  ";
  text_ += note;
}

void fail_assertion(const char* condition, std::source_location where) {
  fail(ErrorKind::internal, "{}:{}: assertion failed: {} (a bug of mltk; please report it)", where.file_name(),
       where.line(), condition);
}

}  // namespace mltk
