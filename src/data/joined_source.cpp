#include "data/joined_source.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace mltk {
namespace {

class JoinedSource : public BatchSource {
 public:
  explicit JoinedSource(std::vector<std::unique_ptr<BatchSource>> parts) : parts_(std::move(parts)) {}

  std::int64_t batches() const override { return parts_[0]->batches(); }
  std::int64_t samples() const override { return parts_[0]->samples(); }
  void start_epoch(std::int64_t epoch) override {
    for (const auto& part : parts_) part->start_epoch(epoch);
  }
  bool next(Batch& batch) override {
    if (!parts_[0]->next(batch)) return false;
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      Batch more;
      if (!parts_[i]->next(more) || more.size != batch.size) {
        fail(ErrorKind::invalid_data, "input {} of the samples has other batches than the first one", i);
      }
      std::ranges::move(more.x, std::back_inserter(batch.x));
      std::ranges::move(more.y, std::back_inserter(batch.y));
    }
    return true;
  }

 private:
  std::vector<std::unique_ptr<BatchSource>> parts_;
};

}  // namespace

std::unique_ptr<BatchSource> make_joined_source(std::vector<std::unique_ptr<BatchSource>> parts) {
  if (parts.empty()) fail(ErrorKind::invalid_argument, "samples need one input at least");
  for (const auto& part : parts) {
    if (part->samples() != parts[0]->samples()) {
      fail(ErrorKind::invalid_argument, "the inputs of the samples are {} and {}; expected as many of each",
           parts[0]->samples(), part->samples());
    }
  }
  if (parts.size() == 1) return std::move(parts[0]);
  return std::make_unique<JoinedSource>(std::move(parts));
}

}  // namespace mltk
