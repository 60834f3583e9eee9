#pragma once

#include <fmt/format.h>

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace mltk {

/// What went wrong, for callers that treat some kinds of error differently.
enum class ErrorKind {
  invalid_argument,  ///< the caller asked for something impossible
  invalid_model,     ///< a model file or a specification is wrong
  invalid_data,      ///< a sample or another data file is wrong
  unsupported,       ///< it is right, but this program cannot do it
  io,                ///< the operating system refused
  internal,          ///< our own bug
};

std::string_view to_string(ErrorKind kind);

/// The one exception type of the libraries. The message names the object, what it is, what was expected and the
/// remedy. Outer layers add notes ("while reading model.tflite"), they never replace the text.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message);

  ErrorKind kind() const { return kind_; }
  /// The message without the notes.
  const std::string& message() const { return message_; }
  const char* what() const noexcept override { return text_.c_str(); }

  /// Append "\n  <note>" to what() shows; the outermost note comes last.
  void add_note(std::string_view note);

 private:
  ErrorKind kind_;
  std::string message_;
  std::string text_;
};

/// Throw an Error with a formatted message.
template <class... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

[[noreturn]] void fail_assertion(const char* condition, std::source_location where = std::source_location::current());

}  // namespace mltk

/// For our own bugs only: no input may ever reach it. Active in release builds too.
#define MLTK_ASSERT(condition)                            \
  do {                                                    \
    if (!(condition)) ::mltk::fail_assertion(#condition); \
  } while (false)
