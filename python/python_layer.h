#pragma once

#include <string>

#include "convert.h"
#include "keras/layer.h"

namespace mltk::python {

/// A layer whose author wrote it in Python. Refers to the object without owning it: the objects of Python own those of
/// C++, so that Python's garbage collector sees every cycle.
class PythonLayer : public keras::CustomLayer {
 public:
  PythonLayer(nb::handle object, std::string name)
      : reference_(nb::module_::import_("weakref").attr("ref")(object)), name_(std::move(name)) {}
  ~PythonLayer() override {
    const nb::gil_scoped_acquire acquire;
    reference_.reset();
  }

  std::string class_name() const override;
  keras::Json config() const override;
  void build(std::span<const Shape> inputs, const std::string& scope) override;
  std::vector<ValueId> call(Graph& graph, std::span<const ValueId> inputs, bool training,
                            const keras::Json& keywords) const override;
  std::vector<std::shared_ptr<Variable>> weights() const override;
  std::vector<keras::StateEntry> state() const override;
  std::string module() const override;
  bool trainable() const override;
  void set_trainable(bool value) override;
  void add_penalties(Graph& graph) const override;

 private:
  nb::object reference_;
  std::string name_;

  nb::object object() const;
};

/// [(path, [weights])] of Python.
std::vector<keras::StateEntry> to_state(nb::handle entries);

}  // namespace mltk::python
