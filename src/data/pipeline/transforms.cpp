// Data sets that regroup, count or change the elements of another.

#include <algorithm>
#include <deque>

#include "base/philox.h"
#include "data/dataset.h"

namespace mltk::datasets {
namespace {

using Input = std::unique_ptr<ElementIterator>;

/// An iterator that is one function on its input.
template <class Next>
class Step : public ElementIterator {
 public:
  explicit Step(Next next) : next_(std::move(next)) {}
  std::optional<Element> next() override { return next_(); }

 private:
  Next next_;
};

template <class Next>
Input step(Next next) {
  return std::make_unique<Step<Next>>(std::move(next));
}

/// A data set that is two functions on its input: how a pass begins, and how many elements it has.
class Derived : public Dataset {
 public:
  using Begin = std::function<Input(const DatasetPtr& input, std::uint64_t pass)>;
  using Count = std::function<std::int64_t(std::int64_t count)>;

  /// `count` is asked for finite inputs only; others hand on what they are.
  Derived(DatasetPtr input, Begin begin, Count count)
      : input_(std::move(input)), begin_(std::move(begin)), count_(std::move(count)) {}

  Input iterate(std::uint64_t pass) const override { return begin_(input_, pass); }
  std::int64_t cardinality() const override {
    const std::int64_t count = input_->cardinality();
    return count < 0 ? count : count_(count);
  }

 private:
  DatasetPtr input_;
  Begin begin_;
  Count count_;
};

DatasetPtr derive(DatasetPtr input, Derived::Begin begin, Derived::Count count) {
  return std::make_shared<Derived>(std::move(input), std::move(begin), std::move(count));
}

std::int64_t same(std::int64_t count) { return count; }
std::int64_t unknown(std::int64_t /*count*/) { return kUnknown; }

void require_positive(std::string_view what, std::int64_t value) {
  if (value < 1) fail(ErrorKind::invalid_argument, "{} is {}, expected at least 1", what, value);
}

/// The pass of the input in repetition `repetition` of a pass.
std::uint64_t repeated_pass(std::uint64_t pass, std::uint64_t repetition) {
  if (repetition == 0) return pass;
  const auto block =
      philox_block({static_cast<std::uint32_t>(repetition), static_cast<std::uint32_t>(repetition >> 32U),
                    static_cast<std::uint32_t>(pass), static_cast<std::uint32_t>(pass >> 32U)},
                   {0x2E9EA7, 0});
  return block[0] | static_cast<std::uint64_t>(block[1]) << 32U;
}

/// take and skip know more than a count of finite inputs.
class Taken : public Dataset {
 public:
  Taken(DatasetPtr input, std::int64_t count) : input_(std::move(input)), count_(count) {}

  std::int64_t cardinality() const override {
    const std::int64_t count = input_->cardinality();
    if (count_ < 0 || count == kUnknown) return count;
    return count == kInfinite ? count_ : std::min(count, count_);
  }
  Input iterate(std::uint64_t pass) const override {
    if (count_ < 0) return input_->iterate(pass);
    return step([input = input_->iterate(pass), left = count_]() mutable -> std::optional<Element> {
      if (left == 0) return std::nullopt;
      --left;
      return input->next();
    });
  }

 private:
  DatasetPtr input_;
  std::int64_t count_;
};

class Repeated : public Dataset {
 public:
  Repeated(DatasetPtr input, std::optional<std::int64_t> count) : input_(std::move(input)), count_(count) {
    if (count_ && *count_ < 0) count_ = std::nullopt;
  }

  std::int64_t cardinality() const override {
    const std::int64_t count = input_->cardinality();
    if (count == 0 || count_ == 0) return 0;
    if (!count_ || count == kInfinite) return kInfinite;
    return count == kUnknown ? kUnknown : count * *count_;
  }
  Input iterate(std::uint64_t pass) const override {
    return step([set = input_, count = count_, pass, input = Input(), repetition = std::int64_t{0},
                 gave = true]() mutable -> std::optional<Element> {
      for (;;) {
        if (!input) {
          // An empty input would be begun again and again.
          if ((count && repetition >= *count) || !gave) return std::nullopt;
          input = set->iterate(repeated_pass(pass, static_cast<std::uint64_t>(repetition++)));
          gave = false;
        }
        std::optional<Element> element = input->next();
        if (element) {
          gave = true;
          return element;
        }
        input.reset();
      }
    });
  }

 private:
  DatasetPtr input_;
  std::optional<std::int64_t> count_;
};

Input shuffled(Input input, std::int64_t buffer_size, std::uint64_t seed, std::uint64_t pass) {
  constexpr std::uint32_t kStream = 0x5B0FF1E;
  return step([input = std::move(input), size = static_cast<std::size_t>(buffer_size), buffer = std::vector<Element>(),
               rng = Rng(seed, static_cast<std::uint32_t>(pass), static_cast<std::uint32_t>(pass >> 32U),
                         kStream)]() mutable -> std::optional<Element> {
    while (input && buffer.size() < size) {
      std::optional<Element> element = input->next();
      if (!element) {
        input.reset();
        break;
      }
      buffer.push_back(std::move(*element));
    }
    if (buffer.empty()) return std::nullopt;
    std::swap(buffer[rng.below(static_cast<std::uint32_t>(buffer.size()))], buffer.back());
    Element element = std::move(buffer.back());
    buffer.pop_back();
    return element;
  });
}

/// Data sets in turn: each of the open ones gives a block, one that ends is replaced by the next of the input.
class Interleaved : public ElementIterator {
 public:
  Interleaved(Input input, ElementToDataset function, std::int64_t cycle_length, std::int64_t block_length,
              std::uint64_t pass)
      : input_(std::move(input)),
        function_(std::move(function)),
        open_(static_cast<std::size_t>(cycle_length)),
        block_length_(block_length),
        pass_(pass) {}

  std::optional<Element> next() override {
    for (;;) {
      if (!open_[at_]) open_[at_] = open_next();
      if (!open_[at_]) {
        if (std::ranges::none_of(open_, [](const Input& input) { return input != nullptr; })) return std::nullopt;
        advance();
        continue;
      }
      std::optional<Element> element = open_[at_]->next();
      if (!element) {
        open_[at_].reset();
        advance();
        continue;
      }
      if (++given_ == block_length_) advance();
      return element;
    }
  }

 private:
  Input input_;
  ElementToDataset function_;
  std::vector<Input> open_;
  std::int64_t block_length_;
  std::uint64_t pass_;
  std::size_t at_ = 0;
  std::int64_t given_ = 0;

  void advance() {
    at_ = (at_ + 1) % open_.size();
    given_ = 0;
  }
  Input open_next() {
    if (!input_) return nullptr;
    std::optional<Element> element = input_->next();
    if (!element) {
      input_.reset();
      return nullptr;
    }
    return function_(std::move(*element))->iterate(pass_);
  }
};

class Windows : public ElementIterator {
 public:
  Windows(Input input, std::int64_t size, std::int64_t shift, std::int64_t stride, bool drop_remainder)
      : input_(std::move(input)), size_(size), shift_(shift), stride_(stride), drop_remainder_(drop_remainder) {}

  std::optional<Element> next() override {
    const std::int64_t span = (size_ - 1) * stride_ + 1;
    while (static_cast<std::int64_t>(held_.size()) < span && read()) {
    }
    const bool whole = static_cast<std::int64_t>(held_.size()) >= span;
    if (held_.empty() || (drop_remainder_ && !whole)) return std::nullopt;
    std::vector<Element> window;
    for (std::int64_t i = 0; i < size_ && i * stride_ < static_cast<std::int64_t>(held_.size()); ++i) {
      window.push_back(held_[static_cast<std::size_t>(i * stride_)]);
    }
    for (std::int64_t i = 0; i < shift_; ++i) {
      if (held_.empty() && !read()) break;
      held_.pop_front();
    }
    return stack(window);
  }

 private:
  Input input_;
  std::int64_t size_;
  std::int64_t shift_;
  std::int64_t stride_;
  bool drop_remainder_;
  std::deque<Element> held_;

  bool read() {
    std::optional<Element> element = input_ ? input_->next() : std::nullopt;
    if (!element) {
      input_.reset();
      return false;
    }
    held_.push_back(std::move(*element));
    return true;
  }
};

}  // namespace

DatasetPtr batch(DatasetPtr input, std::int64_t batch_size, bool drop_remainder, bool padded) {
  require_positive("batch_size", batch_size);
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return step([=, input = set->iterate(pass)]() mutable -> std::optional<Element> {
          std::vector<Element> elements;
          while (input && static_cast<std::int64_t>(elements.size()) < batch_size) {
            std::optional<Element> element = input->next();
            if (element) {
              elements.push_back(std::move(*element));
            } else {
              input.reset();
            }
          }
          if (elements.empty() || (drop_remainder && static_cast<std::int64_t>(elements.size()) < batch_size)) {
            return std::nullopt;
          }
          return padded ? stack_padded(elements) : stack(elements);
        });
      },
      [=](std::int64_t count) { return drop_remainder ? count / batch_size : (count + batch_size - 1) / batch_size; });
}

DatasetPtr unbatch(DatasetPtr input) {
  return derive(
      std::move(input),
      [](const DatasetPtr& set, std::uint64_t pass) {
        return step([input = set->iterate(pass), batch = std::optional<Element>(), row = std::int64_t{0},
                     rows = std::int64_t{0}]() mutable -> std::optional<Element> {
          while (!batch || row >= rows) {
            batch = input->next();
            if (!batch) return std::nullopt;
            row = 0;
            rows = rows_of(*batch);
          }
          return row_of(*batch, row++);
        });
      },
      unknown);
}

DatasetPtr repeat(DatasetPtr input, std::optional<std::int64_t> count) {
  return std::make_shared<Repeated>(std::move(input), count);
}

DatasetPtr take(DatasetPtr input, std::int64_t count) { return std::make_shared<Taken>(std::move(input), count); }

DatasetPtr skip(DatasetPtr input, std::int64_t count) {
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return step([input = set->iterate(pass), left = count]() mutable -> std::optional<Element> {
          for (; left != 0; left = left > 0 ? left - 1 : left) {
            if (!input->next()) return std::nullopt;
          }
          return input->next();
        });
      },
      [=](std::int64_t all) { return count < 0 ? 0 : std::max<std::int64_t>(0, all - count); });
}

DatasetPtr enumerate(DatasetPtr input, std::int64_t start) {
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return step([input = set->iterate(pass), at = start]() mutable -> std::optional<Element> {
          std::optional<Element> element = input->next();
          if (!element) return std::nullopt;
          return Element::tuple({Element::of(Tensor(Shape{}, {at++})), std::move(*element)});
        });
      },
      same);
}

DatasetPtr window(DatasetPtr input, std::int64_t size, std::int64_t shift, std::int64_t stride, bool drop_remainder) {
  require_positive("size of a window", size);
  require_positive("shift of a window", shift);
  require_positive("stride of a window", stride);
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) -> Input {
        return std::make_unique<Windows>(set->iterate(pass), size, shift, stride, drop_remainder);
      },
      [=](std::int64_t count) -> std::int64_t {
        if (!drop_remainder) return (count + shift - 1) / shift;
        const std::int64_t span = (size - 1) * stride + 1;
        return count < span ? 0 : (count - span) / shift + 1;
      });
}

DatasetPtr shuffle(DatasetPtr input, std::int64_t buffer_size, std::uint64_t seed, bool reshuffle_each_iteration) {
  require_positive("buffer_size of shuffle", buffer_size);
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return shuffled(set->iterate(pass), buffer_size, seed, reshuffle_each_iteration ? pass : 0);
      },
      same);
}

DatasetPtr map(DatasetPtr input, ElementFunction function) {
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return step([input = set->iterate(pass), function]() -> std::optional<Element> {
          std::optional<Element> element = input->next();
          if (!element) return std::nullopt;
          return function(std::move(*element));
        });
      },
      same);
}

DatasetPtr filter(DatasetPtr input, ElementTest test) {
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) {
        return step([input = set->iterate(pass), test]() -> std::optional<Element> {
          for (;;) {
            std::optional<Element> element = input->next();
            if (!element || test(*element)) return element;
          }
        });
      },
      unknown);
}

DatasetPtr interleave(DatasetPtr input, ElementToDataset function, std::int64_t cycle_length,
                      std::int64_t block_length) {
  require_positive("cycle_length", cycle_length);
  require_positive("block_length", block_length);
  return derive(
      std::move(input),
      [=](const DatasetPtr& set, std::uint64_t pass) -> Input {
        return std::make_unique<Interleaved>(set->iterate(pass), function, cycle_length, block_length, pass);
      },
      unknown);
}

}  // namespace mltk::datasets
