// The elements of a data set as batches of training.

#include "data/dataset.h"

namespace mltk {
namespace {

std::vector<Tensor> tensors_of(const Element& element) {
  std::vector<Tensor> tensors;
  for (const Element* leaf : leaves(element)) {
    if (leaf->kind == Element::Kind::strings) {
      fail(ErrorKind::invalid_data, "a batch of data is {}: a network takes no strings; load them with map()",
           to_string(element));
    }
    tensors.push_back(leaf->numbers);
  }
  return tensors;
}

Batch to_batch(const Element& element) {
  Batch batch;
  const bool parts = element.kind == Element::Kind::tuple;
  if (parts && (element.items.empty() || element.items.size() > 3)) {
    fail(ErrorKind::invalid_data, "an element of the data set has {} parts, expected x, (x, y) or (x, y, weights)",
         element.items.size());
  }
  batch.x = tensors_of(parts ? element.items[0] : element);
  if (parts && element.items.size() > 1) batch.y = tensors_of(element.items[1]);
  if (parts && element.items.size() > 2) batch.sample_weight = tensors_of(element.items[2]).at(0).cast(DType::float32);
  if (batch.x.empty() || batch.x[0].shape().rank() == 0) {
    fail(ErrorKind::invalid_data, "an element of the data set is {}, which has no batch axis; call batch()",
         to_string(element));
  }
  batch.size = batch.x[0].shape()[0];
  return batch;
}

class DatasetSource : public BatchSource {
 public:
  DatasetSource(DatasetPtr dataset, bool keep_infinite)
      : dataset_(std::move(dataset)), keeps_(keep_infinite && dataset_->cardinality() == kInfinite) {}

  std::int64_t batches() const override { return std::max<std::int64_t>(-1, dataset_->cardinality()); }
  std::int64_t samples() const override { return -1; }
  void start_epoch(std::int64_t epoch) override {
    if (keeps_ && iterator_) return;
    iterator_.reset();  // the old pass stops before the new one begins
    iterator_ = dataset_->iterate(static_cast<std::uint64_t>(epoch));
  }
  bool next(Batch& batch) override {
    if (!iterator_) start_epoch(0);
    const std::optional<Element> element = iterator_->next();
    if (!element) return false;
    batch = to_batch(*element);
    return true;
  }

 private:
  DatasetPtr dataset_;
  bool keeps_;
  std::unique_ptr<ElementIterator> iterator_;
};

}  // namespace

std::unique_ptr<BatchSource> make_dataset_source(DatasetPtr dataset, bool keep_infinite) {
  return std::make_unique<DatasetSource>(std::move(dataset), keep_infinite);
}

}  // namespace mltk
