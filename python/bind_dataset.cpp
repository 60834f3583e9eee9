// tf.data: data sets of the native library whose functions are the user's.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "convert.h"
#include "data/dataset.h"
#include "data_sources.h"

namespace mltk::python {
namespace {

using namespace nb::literals;

/// A Python object that threads without the interpreter's lock may copy and drop.
class Held {
 public:
  explicit Held(nb::object object)
      : object_(new nb::object(std::move(object)), [](nb::object* held) {
          const nb::gil_scoped_acquire acquire;
          delete held;
        }) {}
  const nb::object& operator*() const { return *object_; }

 private:
  std::shared_ptr<nb::object> object_;
};

nb::module_ numpy() { return nb::module_::import_("numpy"); }

/// An array of byte strings; text becomes UTF-8.
Element strings_element(const nb::object& array) {
  std::vector<std::int64_t> dims;
  for (nb::handle size : array.attr("shape")) dims.push_back(nb::cast<std::int64_t>(size));
  std::vector<std::string> strings;
  for (nb::handle item : array.attr("ravel")().attr("tolist")()) {
    if (nb::isinstance<nb::str>(item)) {
      strings.push_back(nb::cast<std::string>(item));
    } else if (nb::isinstance<nb::bytes>(item)) {
      const auto bytes = nb::borrow<nb::bytes>(item);
      strings.emplace_back(bytes.c_str(), bytes.size());
    } else {
      fail(ErrorKind::invalid_argument, "an element of a data set is a {}, expected numbers or strings",
           nb::cast<std::string>(item.type().attr("__name__")));
    }
  }
  return Element::of(std::move(strings), Shape(dims));
}

Element to_element(nb::handle object) {
  if (nb::isinstance<nb::dict>(object)) {
    Element element{.kind = Element::Kind::dictionary};
    for (auto [key, value] : nb::borrow<nb::dict>(object)) {
      element.keys.push_back(nb::cast<std::string>(nb::str(key)));
      element.items.push_back(to_element(value));
    }
    return element;
  }
  if (nb::isinstance<nb::tuple>(object)) {
    Element element;
    for (nb::handle item : object) element.items.push_back(to_element(item));
    return element;
  }
  const nb::object array = numpy().attr("asarray")(object);
  const auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
  if (kind == "S" || kind == "U" || kind == "O") return strings_element(array);
  return Element::of(to_tensor(array));
}

nb::object to_python(const Element& element) {
  if (element.kind == Element::Kind::numbers) return to_numpy(element.numbers);
  if (element.kind == Element::Kind::strings) {
    nb::list list;
    for (const std::string& value : element.strings) list.append(nb::bytes(value.data(), value.size()));
    nb::object array = numpy().attr("empty")(list.size(), "dtype"_a = "object");
    array.attr("__setitem__")(nb::ellipsis(), list);
    return array.attr("reshape")(nb::cast(element.strings_shape.dims()));
  }
  if (element.kind == Element::Kind::dictionary) {
    nb::dict dict;
    for (std::size_t i = 0; i < element.items.size(); ++i) dict[element.keys[i].c_str()] = to_python(element.items[i]);
    return std::move(dict);
  }
  nb::list items;
  for (const Element& item : element.items) items.append(to_python(item));
  return nb::tuple(items);
}

ElementFunction element_function(nb::object function) {
  return [held = Held(std::move(function))](const Element& element) {
    const nb::gil_scoped_acquire acquire;
    return to_element((*held)(to_python(element)));
  };
}

ElementTest element_test(nb::object function) {
  return [held = Held(std::move(function))](const Element& element) {
    const nb::gil_scoped_acquire acquire;
    return nb::cast<bool>((*held)(to_python(element)));
  };
}

ElementToDataset element_to_dataset(nb::object function) {
  return [held = Held(std::move(function))](const Element& element) {
    const nb::gil_scoped_acquire acquire;
    return nb::cast<DatasetPtr>((*held)(to_python(element)));
  };
}

ElementGenerator element_generator(nb::object make_iterator) {
  return [held = Held(std::move(make_iterator))](std::uint64_t pass) -> std::function<std::optional<Element>()> {
    const nb::gil_scoped_acquire acquire;
    return [iterator = Held((*held)(pass))]() -> std::optional<Element> {
      const nb::gil_scoped_acquire acquire_again;
      PyObject* item = PyIter_Next((*iterator).ptr());
      if (item == nullptr) {
        if (PyErr_Occurred() != nullptr) throw nb::python_error();
        return std::nullopt;
      }
      return to_element(nb::steal(item));
    };
  };
}

/// A pass. Its threads may wait for the interpreter's lock while they are joined.
class Pass {
 public:
  Pass(const Dataset& dataset, std::uint64_t pass) {
    const nb::gil_scoped_release release;
    iterator_ = dataset.iterate(pass);
  }
  ~Pass() {
    const nb::gil_scoped_release release;
    iterator_.reset();
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  nb::object next() {
    std::optional<Element> element;
    {
      const nb::gil_scoped_release release;
      element = iterator_->next();
    }
    if (!element) throw nb::stop_iteration();
    return to_python(*element);
  }

 private:
  std::unique_ptr<ElementIterator> iterator_;
};

/// The same for a source of batches.
class Source : public BatchSource {
 public:
  Source(DatasetPtr dataset, bool keep_infinite) : source_(make_dataset_source(std::move(dataset), keep_infinite)) {}
  ~Source() override {
    const nb::gil_scoped_release release;
    source_.reset();
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  std::int64_t batches() const override { return source_->batches(); }
  std::int64_t samples() const override { return source_->samples(); }
  void start_epoch(std::int64_t epoch) override { source_->start_epoch(epoch); }
  bool next(Batch& batch) override { return source_->next(batch); }

 private:
  std::unique_ptr<BatchSource> source_;
};

/// Let Ctrl-C end a wait for a thread that works ahead.
void check_signals() {
  const nb::gil_scoped_acquire acquire;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

using Input = std::shared_ptr<Dataset>;

/// nanobind holds what is not const.
Input exported(const DatasetPtr& dataset) { return std::const_pointer_cast<Dataset>(dataset); }

}  // namespace

void bind_dataset(nb::module_& module) {
  set_interrupt_check(check_signals);
  nb::class_<Pass>(module, "DatasetPass").def("next", &Pass::next);
  nb::class_<Dataset>(module, "Dataset")
      .def("cardinality", &Dataset::cardinality)
      .def("iterate", [](const Dataset& dataset, std::uint64_t pass) { return std::make_unique<Pass>(dataset, pass); })
      .def("source", [](const Input& dataset, bool keep_infinite) -> std::unique_ptr<BatchSource> {
        return std::make_unique<Source>(dataset, keep_infinite);
      });

  nb::module_ sets = module.def_submodule("datasets");
  sets.def("from_tensor_slices",
           [](nb::handle value) { return exported(datasets::from_tensor_slices(to_element(value))); });
  sets.def("from_tensors", [](nb::handle value) { return exported(datasets::from_tensors(to_element(value))); });
  sets.def("from_generator", [](nb::object make_iterator) {
    return exported(datasets::from_generator(element_generator(std::move(make_iterator))));
  });
  sets.def(
      "range",
      [](std::int64_t start, std::optional<std::int64_t> stop, std::int64_t step, const std::string& dtype) {
        return exported(datasets::range(start, stop, step, dtype_of(dtype)));
      },
      "start"_a, "stop"_a.none(), "step"_a, "dtype"_a);
  sets.def("zip", [](const std::vector<Input>& parts, std::vector<std::string> keys) {
    return exported(datasets::zip({parts.begin(), parts.end()}, std::move(keys)));
  });
  sets.def("concatenate",
           [](const Input& first, const Input& second) { return exported(datasets::concatenate(first, second)); });
  sets.def("batch", [](const Input& input, std::int64_t size, bool drop_remainder, bool padded) {
    return exported(datasets::batch(input, size, drop_remainder, padded));
  });
  sets.def("unbatch", [](const Input& input) { return exported(datasets::unbatch(input)); });
  sets.def(
      "repeat",
      [](const Input& input, std::optional<std::int64_t> count) { return exported(datasets::repeat(input, count)); },
      "input"_a, "count"_a.none());
  sets.def("take", [](const Input& input, std::int64_t count) { return exported(datasets::take(input, count)); });
  sets.def("skip", [](const Input& input, std::int64_t count) { return exported(datasets::skip(input, count)); });
  sets.def("enumerate",
           [](const Input& input, std::int64_t start) { return exported(datasets::enumerate(input, start)); });
  sets.def("window",
           [](const Input& input, std::int64_t size, std::int64_t shift, std::int64_t stride, bool drop_remainder) {
             return exported(datasets::window(input, size, shift, stride, drop_remainder));
           });
  sets.def("shuffle", [](const Input& input, std::int64_t buffer_size, std::uint64_t seed, bool reshuffle) {
    return exported(datasets::shuffle(input, buffer_size, seed, reshuffle));
  });
  sets.def("map", [](const Input& input, nb::object function) {
    return exported(datasets::map(input, element_function(std::move(function))));
  });
  sets.def("filter", [](const Input& input, nb::object function) {
    return exported(datasets::filter(input, element_test(std::move(function))));
  });
  sets.def("interleave", [](const Input& input, nb::object function, std::int64_t cycle, std::int64_t block) {
    return exported(datasets::interleave(input, element_to_dataset(std::move(function)), cycle, block));
  });
  sets.def("cache", [](const Input& input, const std::string& file) { return exported(datasets::cache(input, file)); });
  sets.def("prefetch", [](const Input& input, std::int64_t size) { return exported(datasets::prefetch(input, size)); });
}

}  // namespace mltk::python
