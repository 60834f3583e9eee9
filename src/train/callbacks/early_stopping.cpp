#include "train/callbacks/monitor.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {
    "monitor", "min_delta", "patience", "verbose", "mode", "baseline", "restore_best_weights", "start_from_epoch"};

/// Keras 2: "max" when the name ends in acc, accuracy or auc.
bool larger_is_better(std::string_view name) {
  return name.ends_with("acc") || name.ends_with("accuracy") || name.ends_with("auc");
}

class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(const nlohmann::json& arguments)
      : monitor_(arguments, larger_is_better(Monitor::name_of(arguments)),
                 std::abs(get_or<double>(arguments, "min_delta", 0))),
        patience_(get_or<std::int64_t>(arguments, "patience", 0)),
        start_from_epoch_(get_or<std::int64_t>(arguments, "start_from_epoch", 0)),
        restore_(get_or<bool>(arguments, "restore_best_weights", false)),
        has_baseline_(arguments.contains("baseline") && !arguments["baseline"].is_null()),
        baseline_(get_or<double>(arguments, "baseline", 0)),
        best_(monitor_.worst()) {}

  std::vector<std::string> monitored() const override { return {monitor_.name()}; }

  void on_train_begin(FitContext&) override {
    wait_ = 0;
    best_ = monitor_.worst();
    weights_.clear();
  }

  void on_epoch_end(FitContext& context, std::int64_t epoch, Logs& logs) override {
    const double* value = find_log(logs, monitor_.name());
    if (value == nullptr || epoch < start_from_epoch_) return;
    if (restore_ && weights_.empty()) keep(context);
    ++wait_;
    if (monitor_.improves(*value, best_)) {
      best_ = *value;
      if (restore_) keep(context);
      if (!has_baseline_ || monitor_.improves(*value, baseline_)) wait_ = 0;
      return;
    }
    if (wait_ < patience_ || epoch == 0) return;
    context.stop_training = true;
    // Only a training that is stopped gets its best weights back; one that reaches its last epoch keeps those.
    const auto& variables = context.trainer.model().variables;
    for (std::size_t i = 0; i < weights_.size(); ++i) variables[i]->value = weights_[i];
  }

  nlohmann::json state() const override {
    nlohmann::json kept = nlohmann::json::array();
    for (const Tensor& tensor : weights_) {
      kept.push_back(nlohmann::json::binary({tensor.bytes().begin(), tensor.bytes().end()}));
    }
    return {{"wait", wait_}, {"best", number_to_json(best_)}, {"weights", kept}};
  }

  void set_state(const nlohmann::json& state) override {
    wait_ = state.at("wait");
    best_ = number_from_json(state.at("best"));
    kept_bytes_.clear();
    for (const auto& bytes : state.at("weights")) kept_bytes_.push_back(bytes.get_binary());
  }

  void on_epoch_begin(FitContext& context, std::int64_t) override {
    // After a resume: the shapes of the kept weights are known here.
    if (kept_bytes_.empty()) return;
    weights_.clear();
    for (std::size_t i = 0; i < kept_bytes_.size(); ++i) {
      Tensor tensor = context.trainer.model().variables[i]->value;
      MLTK_ASSERT(tensor.bytes().size() == kept_bytes_[i].size());
      std::ranges::copy(kept_bytes_[i], tensor.bytes().begin());
      weights_.push_back(std::move(tensor));
    }
    kept_bytes_.clear();
  }

 private:
  Monitor monitor_;
  std::int64_t patience_;
  std::int64_t start_from_epoch_;
  bool restore_;
  bool has_baseline_;
  double baseline_;
  double best_;
  std::int64_t wait_ = 0;
  std::vector<Tensor> weights_;
  std::vector<std::vector<std::uint8_t>> kept_bytes_;

  void keep(const FitContext& context) {
    weights_.clear();
    for (const auto& variable : context.trainer.model().variables) weights_.push_back(variable->value);
  }
};

std::unique_ptr<Callback> make(const nlohmann::json& arguments) { return std::make_unique<EarlyStopping>(arguments); }

}  // namespace

extern const CallbackDef early_stopping_def;
const CallbackDef early_stopping_def = {"EarlyStopping", kArguments, make};

}  // namespace mltk
