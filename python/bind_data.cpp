// Sources of batches: arrays in memory, Python iterables, folders of pictures.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "convert.h"
#include "data/array_source.h"
#include "data_sources.h"

namespace mltk::python {
namespace {

using namespace nb::literals;

/// Batches of a Python iterable: each item is x, (x, y) or (x, y, sample_weight).
class PythonSource : public BatchSource {
 public:
  /// `make_iterator(epoch)` gives an iterator for an epoch.
  PythonSource(nb::object make_iterator, std::int64_t batches)
      : make_iterator_(std::move(make_iterator)), batches_(batches) {}
  ~PythonSource() override {
    const nb::gil_scoped_acquire acquire;
    make_iterator_.reset();
    iterator_.reset();
  }
  PythonSource(const PythonSource&) = delete;
  PythonSource& operator=(const PythonSource&) = delete;

  std::int64_t batches() const override { return batches_; }
  std::int64_t samples() const override { return -1; }

  void start_epoch(std::int64_t epoch) override {
    const nb::gil_scoped_acquire acquire;
    iterator_ = make_iterator_(epoch);
  }

  bool next(Batch& batch) override {
    const nb::gil_scoped_acquire acquire;
    PyObject* item = PyIter_Next(iterator_.ptr());
    if (item == nullptr) {
      if (PyErr_Occurred() != nullptr) throw nb::python_error();
      return false;
    }
    batch = to_batch(nb::steal(item));
    return true;
  }

 private:
  nb::object make_iterator_;
  nb::object iterator_;
  std::int64_t batches_;

  static Batch to_batch(const nb::object& item) {
    Batch batch;
    if (nb::isinstance<nb::tuple>(item)) {
      const auto parts = nb::cast<nb::tuple>(item);
      batch.x = to_tensors(parts[0]);
      if (parts.size() > 1 && !parts[1].is_none()) batch.y = to_tensors(parts[1]);
      if (parts.size() > 2 && !parts[2].is_none()) batch.sample_weight = to_tensor(parts[2]);
    } else {
      batch.x = to_tensors(item);
    }
    if (batch.x.empty() || batch.x[0].shape().rank() == 0) {
      fail(ErrorKind::invalid_data, "a batch of data has no samples; expected (x, y) with the batch as first axis");
    }
    batch.size = batch.x[0].shape()[0];
    return batch;
  }
};

nb::object next_batch(BatchSource& source) {
  Batch batch;
  bool more = false;
  {
    const nb::gil_scoped_release release;
    more = source.next(batch);
  }
  if (!more) return nb::none();
  const auto one_or_list = [](const std::vector<Tensor>& tensors) {
    return tensors.size() == 1 ? to_numpy(tensors[0]) : nb::object(to_numpy(tensors));
  };
  if (batch.y.empty()) return one_or_list(batch.x);
  return nb::make_tuple(one_or_list(batch.x), one_or_list(batch.y));
}

}  // namespace

void bind_data(nb::module_& module) {
  nb::class_<BatchSource>(module, "BatchSource")
      .def("batches", &BatchSource::batches)
      .def("samples", &BatchSource::samples)
      .def("start_epoch", &BatchSource::start_epoch, nb::call_guard<nb::gil_scoped_release>())
      .def("next", &next_batch)
      .def("shutdown", [](BatchSource&) {});
  module.def(
      "array_source",
      [](nb::handle x, nb::handle y, nb::handle sample_weight, std::int64_t batch_size, bool shuffle,
         std::int64_t seed) -> std::unique_ptr<BatchSource> {
        std::optional<Tensor> weights;
        if (!sample_weight.is_none()) weights = to_tensor(sample_weight);
        return std::make_unique<ArraySource>(to_tensors(x), y.is_none() ? std::vector<Tensor>() : to_tensors(y),
                                             std::move(weights), batch_size, shuffle, static_cast<std::uint64_t>(seed));
      },
      "x"_a, "y"_a.none(), "sample_weight"_a.none(), "batch_size"_a, "shuffle"_a, "seed"_a);
  module.def("python_source", [](nb::object make_iterator, std::int64_t batches) -> std::unique_ptr<BatchSource> {
    return std::make_unique<PythonSource>(std::move(make_iterator), batches);
  });
  bind_data_sources(module);
  bind_dataset(module);
  bind_inspect(module);
}

}  // namespace mltk::python
