#include "train/callbacks/monitor.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"monitor", "factor",    "patience", "verbose",
                                           "mode",    "min_delta", "cooldown", "min_lr"};

class ReduceLrOnPlateau : public Callback {
 public:
  explicit ReduceLrOnPlateau(const nlohmann::json& arguments)
      : monitor_(arguments, Monitor::name_of(arguments).find("acc") != std::string::npos,
                 get_or<double>(arguments, "min_delta", 1e-4)),
        factor_(get_or<double>(arguments, "factor", 0.1)),
        patience_(get_or<std::int64_t>(arguments, "patience", 10)),
        cooldown_(get_or<std::int64_t>(arguments, "cooldown", 0)),
        min_lr_(get_or<double>(arguments, "min_lr", 0)),
        best_(monitor_.worst()) {
    if (factor_ >= 1) {
      fail(ErrorKind::invalid_argument,
           "ReduceLROnPlateau: factor is {}, expected less than 1 (the rate is multiplied by it)", factor_);
    }
  }

  std::vector<std::string> monitored() const override { return {monitor_.name()}; }
  std::vector<std::string> added() const override { return {"lr"}; }

  void on_train_begin(FitContext&) override {
    best_ = monitor_.worst();
    cooldown_left_ = 0;
    wait_ = 0;
  }

  void on_epoch_end(FitContext& context, std::int64_t, Logs& logs) override {
    const double rate = context.trainer.learning_rate();
    set_log(logs, "lr", rate);
    const double* value = find_log(logs, monitor_.name());
    if (value == nullptr) return;
    if (cooldown_left_ > 0) {
      --cooldown_left_;
      wait_ = 0;
    }
    if (monitor_.improves(*value, best_)) {
      best_ = *value;
      wait_ = 0;
    } else if (cooldown_left_ == 0) {
      ++wait_;
      // Keras keeps the rate in float32.
      if (wait_ >= patience_ && static_cast<float>(rate) > static_cast<float>(min_lr_)) {
        context.trainer.set_learning_rate(static_cast<float>(std::max(static_cast<float>(rate) * factor_, min_lr_)));
        cooldown_left_ = cooldown_;
        wait_ = 0;
      }
    }
  }

  nlohmann::json state() const override {
    return {{"wait", wait_}, {"cooldown", cooldown_left_}, {"best", number_to_json(best_)}};
  }
  void set_state(const nlohmann::json& state) override {
    wait_ = state.at("wait");
    cooldown_left_ = state.at("cooldown");
    best_ = number_from_json(state.at("best"));
  }

 private:
  Monitor monitor_;
  double factor_;
  std::int64_t patience_;
  std::int64_t cooldown_;
  double min_lr_;
  double best_;
  std::int64_t cooldown_left_ = 0;
  std::int64_t wait_ = 0;
};

std::unique_ptr<Callback> make(const nlohmann::json& arguments) {
  return std::make_unique<ReduceLrOnPlateau>(arguments);
}

}  // namespace

extern const CallbackDef reduce_lr_on_plateau_def;
const CallbackDef reduce_lr_on_plateau_def = {"ReduceLROnPlateau", kArguments, make};

}  // namespace mltk
