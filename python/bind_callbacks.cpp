// Callbacks of fit(): the native ones by name, those of users through their Python methods.

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "convert.h"
#include "spec/int8_accuracy.h"
#include "spec/report_callbacks.h"
#include "training.h"

namespace mltk::python {
namespace {

/// Calls the methods of a user's tf.keras.callbacks.Callback with Keras' arguments.
class PythonCallback : public Callback {
 public:
  explicit PythonCallback(nb::object callback) : callback_(std::move(callback)) {
    wants_batches_ = nb::cast<bool>(callback_.attr("_wants_batches")());
  }
  ~PythonCallback() override {
    const nb::gil_scoped_acquire acquire;
    callback_.reset();
  }
  PythonCallback(const PythonCallback&) = delete;
  PythonCallback& operator=(const PythonCallback&) = delete;

  void on_train_begin(FitContext& context) override { call(context, "on_train_begin"); }
  void on_train_end(FitContext& context) override {
    const nb::gil_scoped_acquire acquire;
    callback_.attr("on_train_end")(to_dict(last_));
    check_stop(context);
  }
  void on_epoch_begin(FitContext& context, std::int64_t epoch) override { call(context, "on_epoch_begin", epoch); }
  void on_epoch_end(FitContext& context, std::int64_t epoch, Logs& logs) override {
    const nb::gil_scoped_acquire acquire;
    nb::dict dict = to_dict(logs);
    callback_.attr("on_epoch_end")(epoch, dict);
    for (auto [key, value] : dict) set_log(logs, nb::cast<std::string>(key), nb::cast<double>(nb::float_(value)));
    last_ = logs;
    check_stop(context);
  }
  void on_train_batch_begin(FitContext& context, std::int64_t batch) override {
    if (wants_batches_) call(context, "on_train_batch_begin", batch);
  }
  void on_train_batch_end(FitContext& context, std::int64_t batch, const Logs& logs) override {
    if (!wants_batches_) return;
    const nb::gil_scoped_acquire acquire;
    callback_.attr("on_train_batch_end")(batch, to_dict(logs));
    check_stop(context);
  }
  void on_test_begin(FitContext& context) override { call(context, "on_test_begin"); }
  void on_test_end(FitContext& context, const Logs& logs) override {
    const nb::gil_scoped_acquire acquire;
    callback_.attr("on_test_end")(to_dict(logs));
    check_stop(context);
  }
  void on_test_batch_begin(FitContext& context, std::int64_t batch) override {
    if (wants_batches_) call(context, "on_test_batch_begin", batch);
  }
  void on_test_batch_end(FitContext& context, std::int64_t batch, const Logs& logs) override {
    if (!wants_batches_) return;
    const nb::gil_scoped_acquire acquire;
    callback_.attr("on_test_batch_end")(batch, to_dict(logs));
    check_stop(context);
  }
  bool wants_batches() const override { return wants_batches_; }
  std::vector<std::string> added() const override {
    const nb::gil_scoped_acquire acquire;
    return nb::cast<std::vector<std::string>>(callback_.attr("_added_logs")());
  }

 private:
  nb::object callback_;
  bool wants_batches_ = false;
  Logs last_;  // of an epoch

  template <class... Arguments>
  void call(FitContext& context, const char* method, Arguments... arguments) {
    const nb::gil_scoped_acquire acquire;
    callback_.attr(method)(arguments...);
    check_stop(context);
  }

  void check_stop(FitContext& context) const {
    const nb::object model = callback_.attr("model");
    if (!model.is_none() && nb::cast<bool>(model.attr("stop_training"))) context.stop_training = true;
  }

  static nb::dict to_dict(const Logs& logs) {
    nb::dict dict;
    for (const auto& [name, value] : logs) dict[nb::str(name.c_str())] = value;
    return dict;
  }
};

/// A callback made in C++ that Python hands to fit().
struct NativeCallback {
  std::shared_ptr<Callback> callback;
};

/// Lends a shared callback to the loop.
class Borrowed : public Callback {
 public:
  explicit Borrowed(std::shared_ptr<Callback> callback) : callback_(std::move(callback)) {}
  void on_train_begin(FitContext& context) override { callback_->on_train_begin(context); }
  void on_train_end(FitContext& context) override { callback_->on_train_end(context); }
  void on_epoch_begin(FitContext& context, std::int64_t epoch) override { callback_->on_epoch_begin(context, epoch); }
  void on_epoch_end(FitContext& context, std::int64_t epoch, Logs& logs) override {
    callback_->on_epoch_end(context, epoch, logs);
  }
  void on_train_batch_begin(FitContext& context, std::int64_t batch) override {
    callback_->on_train_batch_begin(context, batch);
  }
  void on_train_batch_end(FitContext& context, std::int64_t batch, const Logs& logs) override {
    callback_->on_train_batch_end(context, batch, logs);
  }
  bool wants_batches() const override { return callback_->wants_batches(); }
  std::vector<std::string> monitored() const override { return callback_->monitored(); }
  std::vector<std::string> added() const override { return callback_->added(); }
  nlohmann::json state() const override { return callback_->state(); }
  void set_state(const nlohmann::json& state) override { callback_->set_state(state); }

 private:
  std::shared_ptr<Callback> callback_;
};

}  // namespace

std::vector<std::unique_ptr<Callback>> make_callbacks(nb::handle callbacks) {
  std::vector<std::unique_ptr<Callback>> natives;
  for (nb::handle callback : callbacks) {
    if (nb::hasattr(callback, "_native")) {
      natives.push_back(std::make_unique<Borrowed>(nb::cast<NativeCallback&>(callback.attr("_native")).callback));
    } else {
      natives.push_back(std::make_unique<PythonCallback>(nb::borrow(callback)));
    }
  }
  return natives;
}

void bind_callbacks(nb::module_& module) {
  nb::class_<NativeCallback>(module, "NativeCallback");
  module.def("make_callback", [](const std::string& name, nb::handle arguments) {
    return NativeCallback{make_callback(name, nlohmann::json::parse(dump_json(arguments)))};
  });
  module.def("tensorboard_callback",
             [](const std::string& folder) { return NativeCallback{make_tensorboard(folder)}; });
  module.def("progress_callback", [](std::int64_t samples) { return NativeCallback{make_progress(samples)}; });
  module.def(
      "int8_accuracy_callback",
      [](std::shared_ptr<keras::Model> model, BatchSource& validation) {
        return NativeCallback{make_int8_accuracy(std::move(model), validation)};
      },
      nb::keep_alive<0, 2>());
  module.def("callback_names", [] {
    std::vector<std::string> names;
    for (const CallbackDef* def : callback_table()) names.emplace_back(def->name);
    return names;
  });
}

}  // namespace mltk::python
