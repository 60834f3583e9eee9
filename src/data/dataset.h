#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/element.h"

namespace mltk {

/// `Dataset::cardinality` of a data set that does not end, and of one whose length shows only at its end: those of
/// TensorFlow.
inline constexpr std::int64_t kInfinite = -1;
inline constexpr std::int64_t kUnknown = -2;

/// A pass through a data set.
class ElementIterator {
 public:
  virtual ~ElementIterator() = default;
  /// The next element, or none at the end. What a function of the user throws arrives here; the pass is over then.
  virtual std::optional<Element> next() = 0;
};

/// A recipe for elements: `tf.data.Dataset`. A pass does not change it; several may run at once.
class Dataset : public std::enable_shared_from_this<Dataset> {
 public:
  virtual ~Dataset() = default;
  /// Begin a pass. Two passes of the same number are alike; where the order is random, it is a function of the seed
  /// and this number: an epoch, or a repetition.
  virtual std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const = 0;
  /// Elements of a pass, kInfinite or kUnknown.
  virtual std::int64_t cardinality() const = 0;
};

using DatasetPtr = std::shared_ptr<const Dataset>;
using ElementFunction = std::function<Element(Element)>;
using ElementTest = std::function<bool(Element)>;
using ElementToDataset = std::function<DatasetPtr(Element)>;
/// Begins a pass, of this number, of the user's own generator.
using ElementGenerator = std::function<std::function<std::optional<Element>()>(std::uint64_t pass)>;

/// The constructors are named as those of TensorFlow; so are the arguments.
namespace datasets {

/// The rows of `element`'s arrays, one after another. Throws Error(invalid_data) when they have not as many rows.
DatasetPtr from_tensor_slices(Element element);
/// One element.
DatasetPtr from_tensors(Element element);
DatasetPtr from_generator(ElementGenerator generator);
/// start, start + step, ... before `stop`, as `dtype`; none ends never. Throws Error(invalid_argument) when step is 0.
DatasetPtr range(std::int64_t start, std::optional<std::int64_t> stop, std::int64_t step, DType dtype);
/// Elements of the same structure as the list of parts; ends with the shortest.
DatasetPtr zip(std::vector<DatasetPtr> parts, std::vector<std::string> keys = {});
DatasetPtr concatenate(DatasetPtr first, DatasetPtr second);

DatasetPtr batch(DatasetPtr input, std::int64_t batch_size, bool drop_remainder, bool padded = false);
DatasetPtr unbatch(DatasetPtr input);
DatasetPtr repeat(DatasetPtr input, std::optional<std::int64_t> count);
DatasetPtr take(DatasetPtr input, std::int64_t count);
DatasetPtr skip(DatasetPtr input, std::int64_t count);
DatasetPtr enumerate(DatasetPtr input, std::int64_t start);
/// Up to `size` elements, `stride` apart, stacked; each window begins `shift` behind the one before.
DatasetPtr window(DatasetPtr input, std::int64_t size, std::int64_t shift, std::int64_t stride, bool drop_remainder);

/// Draw from a buffer of `buffer_size` elements, which the input refills. With `reshuffle_each_iteration` each pass has
/// an order of its own.
DatasetPtr shuffle(DatasetPtr input, std::int64_t buffer_size, std::uint64_t seed, bool reshuffle_each_iteration);

DatasetPtr map(DatasetPtr input, ElementFunction function);
DatasetPtr filter(DatasetPtr input, ElementTest test);
/// The elements of `function`'s data sets: `block_length` of each of `cycle_length` at a time, in turn.
DatasetPtr interleave(DatasetPtr input, ElementToDataset function, std::int64_t cycle_length,
                      std::int64_t block_length);

/// Keeps the elements of the first pass that comes to its end, in memory or, when `file` is not empty, in that file.
DatasetPtr cache(DatasetPtr input, std::filesystem::path file);
/// A thread works up to `buffer_size` elements ahead; in the order of the input.
DatasetPtr prefetch(DatasetPtr input, std::int64_t buffer_size);

}  // namespace datasets

/// Called while a pass waits for a thread and a signal has arrived; throws to end the wait.
void set_interrupt_check(std::function<void()> check);

/// Batches for training and evaluation: each element is x, (x, y) or (x, y, sample_weight) with the batch as first
/// axis.
///
/// With `keep_infinite`, a data set without an end goes on where the last epoch stopped, as Keras' fit() does it.
std::unique_ptr<BatchSource> make_dataset_source(DatasetPtr dataset, bool keep_infinite);

}  // namespace mltk
