// Looking into the files of a data set before the training.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "data/inspect.h"
#include "data_sources.h"

namespace mltk::python {
namespace {

using namespace nb::literals;

ContentCheck content_check(const nb::dict& check) {
  if (check.size() == 0) return nullptr;
  if (nb::cast<std::string>(check["kind"]) == "sound") return sound_check(nb::cast<std::int64_t>(check["rate_hz"]));
  return picture_check(nb::cast<std::int64_t>(check["height"]), nb::cast<std::int64_t>(check["width"]));
}

nb::list to_list(const std::vector<Finding>& findings) {
  nb::list list;
  for (const Finding& finding : findings) list.append(nb::make_tuple(finding.what, finding.files));
  return list;
}

void add_files(std::vector<UsedFile>& files, const std::vector<std::string>& paths,
               const std::vector<std::int64_t>& class_ids, bool validation) {
  for (std::size_t i = 0; i < paths.size(); ++i) files.push_back({paths[i], class_ids.at(i), validation});
}

}  // namespace

void bind_inspect(nb::module_& module) {
  using Paths = std::vector<std::string>;
  using Ids = std::vector<std::int64_t>;
  // (unreadable, [(what, files), ...]); an empty check looks at no content.
  module.def(
      "inspect_files",
      [](const std::string& directory, const Paths& training, const Ids& training_ids, const Paths& validation,
         const Ids& validation_ids, const nb::dict& check) {
        std::vector<UsedFile> files;
        add_files(files, training, training_ids, false);
        add_files(files, validation, validation_ids, true);
        const ContentCheck content = content_check(check);
        Inspection inspection;
        {
          const nb::gil_scoped_release release;
          inspection = inspect_files(directory, files, content);
        }
        return nb::make_tuple(inspection.unreadable, to_list(inspection.findings));
      },
      "directory"_a, "training"_a, "training_ids"_a, "validation"_a, "validation_ids"_a, "check"_a);
  nb::class_<SampleInspector>(module, "SampleInspector")
      .def(nb::init<>())
      .def(
          "add",
          [](SampleInspector& inspector, nb::handle inputs, const Ids& class_ids, bool validation) {
            std::vector<Tensor> tensors = to_tensors(inputs);
            const nb::gil_scoped_release release;
            inspector.add(std::move(tensors), class_ids, validation);
          },
          "inputs"_a, "class_ids"_a, "validation"_a)
      .def("findings", [](const SampleInspector& inspector) { return to_list(inspector.findings()); });
}

}  // namespace mltk::python
