#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace mltk::cli {

/// Runs what needs the user's Python: the front that embeds nothing replaces itself by the interpreter, the Python
/// package calls its functions.
class SpecificationHost {
 public:
  virtual ~SpecificationHost() = default;
  /// Run `command` of the package ("train_model") with keyword arguments; returns the exit status.
  virtual int run(std::string_view command, const nlohmann::json& arguments) = 0;
};

/// One command, one file in cli/commands/.
struct CommandDef {
  std::string_view name;
  std::string_view group;    ///< heading in the help
  std::string_view summary;  ///< one line
  std::string_view example;
  /// Declare the options on `app`; the returned function runs the command and returns the exit status.
  std::function<int()> (*declare)(CLI::App& app, SpecificationHost& host);
};

std::span<const CommandDef* const> command_table();

/// Parse `arguments` (without the program's name) and run: the exit status of design and manual is 0 done, 1 an error
/// told in one `error:` message on stderr, 2 wrong usage, 130 after Ctrl-C.
int run(std::vector<std::string> arguments, SpecificationHost& host);

/// What a model argument of the command line is.
enum class ModelKind : std::uint8_t { tflite, keras, archive, specification };
ModelKind kind_of(std::string_view model);

/// `--threads`: sets MLTK_NUM_THREADS, which every thread pool reads.
void add_threads_option(CLI::App& app);

}  // namespace mltk::cli
