// Data sets without an input, and those that join others.

#include "data/dataset.h"

namespace mltk::datasets {
namespace {

class Slices : public Dataset {
 public:
  explicit Slices(Element element) : element_(std::move(element)), rows_(rows_of(element_)) {}

  std::int64_t cardinality() const override { return rows_; }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t /*pass*/) const override {
    return std::make_unique<Iterator>(std::static_pointer_cast<const Slices>(shared_from_this()));
  }

 private:
  class Iterator : public ElementIterator {
   public:
    explicit Iterator(std::shared_ptr<const Slices> set) : set_(std::move(set)) {}
    std::optional<Element> next() override {
      if (row_ >= set_->rows_) return std::nullopt;
      return row_of(set_->element_, row_++);
    }

   private:
    std::shared_ptr<const Slices> set_;
    std::int64_t row_ = 0;
  };

  Element element_;
  std::int64_t rows_;
};

class Once : public Dataset {
 public:
  explicit Once(Element element) : element_(std::move(element)) {}

  std::int64_t cardinality() const override { return 1; }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t /*pass*/) const override {
    return std::make_unique<Iterator>(element_);
  }

 private:
  class Iterator : public ElementIterator {
   public:
    explicit Iterator(Element element) : element_(std::move(element)) {}
    std::optional<Element> next() override { return std::exchange(element_, std::nullopt); }

   private:
    std::optional<Element> element_;
  };

  Element element_;
};

class Generated : public Dataset {
 public:
  explicit Generated(ElementGenerator generator) : generator_(std::move(generator)) {}

  std::int64_t cardinality() const override { return kUnknown; }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    return std::make_unique<Iterator>(generator_(pass));
  }

 private:
  class Iterator : public ElementIterator {
   public:
    explicit Iterator(std::function<std::optional<Element>()> next) : next_(std::move(next)) {}
    std::optional<Element> next() override { return next_(); }

   private:
    std::function<std::optional<Element>()> next_;
  };

  ElementGenerator generator_;
};

class Range : public Dataset {
 public:
  Range(std::int64_t start, std::optional<std::int64_t> stop, std::int64_t step, DType dtype)
      : start_(start), step_(step), dtype_(dtype) {
    if (step == 0) fail(ErrorKind::invalid_argument, "range: step is 0, expected another number");
    if (stop) {
      const std::int64_t distance = step > 0 ? *stop - start : start - *stop;
      const std::int64_t stride = step > 0 ? step : -step;
      count_ = distance > 0 ? (distance + stride - 1) / stride : 0;
    }
  }

  std::int64_t cardinality() const override { return count_; }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t /*pass*/) const override {
    return std::make_unique<Iterator>(std::static_pointer_cast<const Range>(shared_from_this()));
  }

 private:
  class Iterator : public ElementIterator {
   public:
    explicit Iterator(std::shared_ptr<const Range> range) : range_(std::move(range)) {}
    std::optional<Element> next() override {
      if (range_->count_ != kInfinite && index_ >= range_->count_) return std::nullopt;
      const std::int64_t value = range_->start_ + range_->step_ * index_++;
      return Element::of(Tensor(Shape{}, {value}).cast(range_->dtype_));
    }

   private:
    std::shared_ptr<const Range> range_;
    std::int64_t index_ = 0;
  };

  std::int64_t start_;
  std::int64_t step_;
  DType dtype_;
  std::int64_t count_ = kInfinite;
};

class Zip : public Dataset {
 public:
  Zip(std::vector<DatasetPtr> parts, std::vector<std::string> keys) : parts_(std::move(parts)), keys_(std::move(keys)) {
    if (parts_.empty()) fail(ErrorKind::invalid_argument, "zip: there are no data sets");
  }

  std::int64_t cardinality() const override {
    std::int64_t shortest = kInfinite;
    for (const DatasetPtr& part : parts_) {
      const std::int64_t count = part->cardinality();
      if (count == kUnknown) return kUnknown;
      if (count != kInfinite) shortest = shortest == kInfinite ? count : std::min(shortest, count);
    }
    return shortest;
  }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    std::vector<std::unique_ptr<ElementIterator>> inputs;
    for (const DatasetPtr& part : parts_) inputs.push_back(part->iterate(pass));
    return std::make_unique<Iterator>(std::move(inputs), keys_);
  }

 private:
  class Iterator : public ElementIterator {
   public:
    Iterator(std::vector<std::unique_ptr<ElementIterator>> inputs, std::vector<std::string> keys)
        : inputs_(std::move(inputs)), keys_(std::move(keys)) {}
    std::optional<Element> next() override {
      Element element{.kind = keys_.empty() ? Element::Kind::tuple : Element::Kind::dictionary, .keys = keys_};
      for (const auto& input : inputs_) {
        std::optional<Element> item = input->next();
        if (!item) return std::nullopt;
        element.items.push_back(std::move(*item));
      }
      return element;
    }

   private:
    std::vector<std::unique_ptr<ElementIterator>> inputs_;
    std::vector<std::string> keys_;
  };

  std::vector<DatasetPtr> parts_;
  std::vector<std::string> keys_;
};

class Concatenation : public Dataset {
 public:
  Concatenation(DatasetPtr first, DatasetPtr second) : first_(std::move(first)), second_(std::move(second)) {}

  std::int64_t cardinality() const override {
    const std::int64_t a = first_->cardinality();
    const std::int64_t b = second_->cardinality();
    if (a == kInfinite || b == kInfinite) return kInfinite;
    return a == kUnknown || b == kUnknown ? kUnknown : a + b;
  }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    return std::make_unique<Iterator>(first_->iterate(pass), second_, pass);
  }

 private:
  class Iterator : public ElementIterator {
   public:
    Iterator(std::unique_ptr<ElementIterator> input, DatasetPtr rest, std::uint64_t pass)
        : input_(std::move(input)), rest_(std::move(rest)), pass_(pass) {}
    std::optional<Element> next() override {
      std::optional<Element> element = input_->next();
      if (element || !rest_) return element;
      input_ = std::exchange(rest_, nullptr)->iterate(pass_);
      return input_->next();
    }

   private:
    std::unique_ptr<ElementIterator> input_;
    DatasetPtr rest_;
    std::uint64_t pass_;
  };

  DatasetPtr first_;
  DatasetPtr second_;
};

}  // namespace

DatasetPtr from_tensor_slices(Element element) { return std::make_shared<Slices>(std::move(element)); }

DatasetPtr from_tensors(Element element) { return std::make_shared<Once>(std::move(element)); }

DatasetPtr from_generator(ElementGenerator generator) { return std::make_shared<Generated>(std::move(generator)); }

DatasetPtr range(std::int64_t start, std::optional<std::int64_t> stop, std::int64_t step, DType dtype) {
  return std::make_shared<Range>(start, stop, step, dtype);
}

DatasetPtr zip(std::vector<DatasetPtr> parts, std::vector<std::string> keys) {
  return std::make_shared<Zip>(std::move(parts), std::move(keys));
}

DatasetPtr concatenate(DatasetPtr first, DatasetPtr second) {
  return std::make_shared<Concatenation>(std::move(first), std::move(second));
}

}  // namespace mltk::datasets
