// Scores, their files, and the callbacks that report on a training.

#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/file.h"
#include "convert.h"
#include "evaluate/autoencoder.h"
#include "evaluate/classifier.h"
#include "report/html.h"
#include "report/plots.h"
#include "spec/network_view.h"
#include "tflite_model.h"
#include "training.h"

namespace mltk::python {

using namespace nb::literals;

void bind_reports(nb::module_& module) {
  nb::class_<ClassifierResults>(module, "ClassifierResults")
      .def("to_json", [](const ClassifierResults& results) { return to_json(results); })
      .def("summary", [](const ClassifierResults& results) { return summary_text(results); })
      .def("write_plots", [](const ClassifierResults& results, const std::string& folder) {
        write_classifier_plots(folder, results);
      });
  nb::class_<AutoEncoderResults>(module, "AutoEncoderResults")
      .def("to_json", [](const AutoEncoderResults& results) { return to_json(results); })
      .def("summary", [](const AutoEncoderResults& results) { return summary_text(results); })
      .def("write_plots", [](const AutoEncoderResults& results, const std::string& folder) {
        write_autoencoder_plots(folder, results);
      });
  module.def("evaluate_classifier",
             [](const std::string& name, const std::vector<std::string>& classes, nb::handle y, nb::handle y_pred) {
               const Tensor labels = to_tensor(y).cast(DType::int32);
               const Tensor predictions = to_tensor(y_pred).cast(DType::float32);
               const std::int64_t width = predictions.shape().rank() > 1 ? predictions.shape().back() : 1;
               return evaluate_classifier(name, classes, labels.as<std::int32_t>(), predictions.as<float>(), width);
             });
  module.def("evaluate_autoencoder",
             [](const std::string& name, const std::vector<std::string>& classes,
                const std::vector<std::vector<float>>& scores) { return evaluate_autoencoder(name, classes, scores); });
  module.def("write_history_plot",
             [](const std::string& path, const std::vector<std::pair<std::string, std::vector<double>>>& history) {
               write_history_plot(path, history);
             });
  module.def("html_report",
             [](nb::handle report) { return html_report(nlohmann::ordered_json::parse(dump_json(report))); });
  module.def("tflite_page", [](const TfliteModel& model, const std::string& name) {
    return network_page(describe_network(model.model, name));
  });
  module.def("keras_page", [](const keras::Model& model) { return network_page(describe_network(model)); });
  module.def(
      "write_text", [](const std::string& path, const std::string& text) { write_file(path, text); },
      "Write a text file whole or not at all.");
}

}  // namespace mltk::python
