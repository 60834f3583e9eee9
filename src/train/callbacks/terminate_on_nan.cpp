#include <cmath>

#include "train/fit.h"

namespace mltk {
namespace {

class TerminateOnNan : public Callback {
 public:
  bool wants_batches() const override { return true; }

  void on_train_batch_end(FitContext& context, std::int64_t, const Logs& logs) override {
    const double* loss = find_log(logs, "loss");
    if (loss != nullptr && !std::isfinite(*loss)) context.stop_training = true;
  }
};

std::unique_ptr<Callback> make(const nlohmann::json&) { return std::make_unique<TerminateOnNan>(); }

}  // namespace

extern const CallbackDef terminate_on_nan_def;
const CallbackDef terminate_on_nan_def = {"TerminateOnNaN", {}, make};

}  // namespace mltk
