// A training that is killed or interrupted again and again, and resumed each time, gives the bytes of one that never
// stopped: weights, moments, learning rate, state of callbacks, order and augmentation of the data.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "base/file.h"
#include "data/array_source.h"
#include "data/image_source.h"
#include "keras/files.h"
#include "keras/h5.h"
#include "train/fit.h"

namespace mltk::keras {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::atomic<bool> interrupted = false;

Tensor random_tensor(DType dtype, Shape shape, std::uint64_t seed, std::uint32_t below) {
  Rng rng(seed);
  Tensor tensor(DType::float32, shape);
  for (float& value : tensor.as<float>()) value = static_cast<float>(rng.below(below));
  return tensor.cast(dtype);
}

std::shared_ptr<Model> small_model() {
  const auto next_seed = [] { return std::int64_t{3}; };
  const auto add = [&](const char* type, const Json& arguments, std::vector<std::shared_ptr<SymbolicTensor>> inputs) {
    const auto layer = std::make_shared<Layer>(type, snake_case(type), arguments);
    return call_layer(layer, std::move(inputs), next_seed);
  };
  const auto input = add("InputLayer", {{"input_shape", {8, 8, 1}}}, {});
  auto x = add("Conv2D", {{"filters", 3}, {"kernel_size", 3}}, {input});
  x = add("BatchNormalization", Json::object(), {x});
  x = add("Dropout", {{"rate", 0.3}}, {x});
  x = add("Flatten", Json::object(), {x});
  x = add("Dense", {{"units", 2}, {"activation", "softmax"}}, {x});
  return std::make_shared<Model>("small", std::vector{input}, std::vector{x}, true);
}

struct Files : TrainedModel {
  std::shared_ptr<Model> model;
  explicit Files(std::shared_ptr<Model> of) : model(std::move(of)) {}
  void save_weights(const fs::path& path) override { keras::save_weights(path, *model); }
  void save(const fs::path& path) override { keras::save_model(path, *model); }
};

/// Pictures that are turned, moved and made noisy at random.
std::unique_ptr<BatchSource> pictures() {
  ImageSettings settings;
  settings.sample_shape = {8, 8, 1};
  settings.channels = 1;
  settings.classes = 2;
  settings.batch_size = 8;
  settings.shuffle = true;
  settings.workers = 2;
  settings.augmentation.rotation_range = 30;
  settings.augmentation.horizontal_flip = true;
  settings.augmentation.noise = {"gauss"};
  Tensor labels(DType::float32, {60, 2});
  for (std::int64_t i = 0; i < 60; ++i) labels.as<float>()[static_cast<std::size_t>(2 * i + i % 2)] = 1;
  return make_image_source(random_tensor(DType::uint8, {60, 8, 8, 1}, 1, 256), labels, std::nullopt, settings);
}

/// Train from where the folder's state is to the end. False when it was interrupted.
bool train(const fs::path& folder, int threads) {
  const auto model = small_model();
  ThreadPool pool(threads);
  CompileConfig config{.optimizer = OptimizerConfig::make("Adam", {{"learning_rate", 0.02}, {"use_ema", 1}}),
                       .losses = {{.name = "categorical_crossentropy"}},
                       .metrics = {{{.name = "accuracy"}}}};
  Trainer trainer(model->to_trainable(), config, 5, pool);
  Files files(model);
  const auto data = pictures();
  ArraySource validation({random_tensor(DType::float32, {16, 8, 8, 1}, 2, 256)},
                         {random_tensor(DType::float32, {16, 2}, 3, 2)}, std::nullopt, 8, false, 0);
  std::vector<std::unique_ptr<Callback>> callbacks;
  callbacks.push_back(make_callback("ReduceLROnPlateau", {{"monitor", "val_loss"}, {"patience", 1}, {"factor", 0.5}}));
  callbacks.push_back(make_callback("ModelCheckpoint", {{"filepath", (folder / "best.h5").string()},
                                                        {"monitor", "val_loss"},
                                                        {"save_best_only", true},
                                                        {"save_weights_only", true}}));
  callbacks.push_back(
      make_callback("EarlyStopping", {{"monitor", "val_loss"}, {"patience", 9}, {"restore_best_weights", true}}));
  FitOptions options{.epochs = 12, .interrupted = &interrupted};
  options.save_state = [&](const TrainingState& state) { save_state(folder / "state.h5", state); };
  std::optional<TrainingState> before;
  if (fs::exists(folder / "state.h5")) before = load_state(folder / "state.h5");
  options.resume_from = before ? &*before : nullptr;
  const History history = fit(trainer, files, *data, &validation, callbacks, options);
  if (history.interrupted) return false;
  TrainingState end = trainer.state();
  end.extra["history"] = history.metrics;
  for (const auto& callback : callbacks) end.extra["callbacks"].push_back(callback->state());
  save_state(folder / "end.h5", end);
  return true;
}

/// Train in a process of its own.
pid_t start(const fs::path& folder, int threads) {
  const pid_t child = fork();
  if (child != 0) return child;
  std::signal(SIGINT, [](int) { interrupted = true; });
  int code = 1;
  try {
    code = train(folder, threads) ? 0 : 3;
  } catch (const std::exception& error) {
    fprintf(stderr, "%s\n", error.what());
  }
  _exit(code);
}

int wait_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

class Resume : public testing::TestWithParam<int> {};

TEST_P(Resume, GivesTheBytesOfATrainingThatNeverStopped) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer does not follow forks";
#endif
  const int signal = GetParam();
  const auto base = fs::path(testing::TempDir()) / fmt::format("mltk_resume_{}_{}", signal, getpid());
  const fs::path whole = base / "whole";
  const fs::path broken = base / "broken";
  fs::create_directories(whole);
  fs::create_directories(broken);
  const Clock::time_point begin = Clock::now();
  ASSERT_EQ(wait_for(start(whole, 2)), 0);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  std::mt19937 random(7 + static_cast<unsigned>(signal));
  std::uniform_real_distribution<double> moment(0, seconds);
  int stopped = 0;
  int status = -1;
  for (int run = 0; run < 8 && status != 0; ++run) {
    const pid_t child = start(broken, 1 + run % 3);
    std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
    kill(child, signal);
    status = wait_for(child);
    if (status != 0) {
      ++stopped;
      ASSERT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == signal : WEXITSTATUS(status) == 3) << status;
    }
  }
  if (status != 0) {
    ASSERT_EQ(wait_for(start(broken, 3)), 0);
  }
  EXPECT_GE(stopped, 1);
  EXPECT_EQ(read_file(broken / "end.h5"), read_file(whole / "end.h5"));
  EXPECT_EQ(read_file(broken / "best.h5"), read_file(whole / "best.h5"));
  fs::remove_all(base);
}

INSTANTIATE_TEST_SUITE_P(Signals, Resume, testing::Values(SIGKILL, SIGINT),
                         [](const auto& parameter) { return parameter.param == SIGKILL ? "Kill" : "Interrupt"; });

}  // namespace
}  // namespace mltk::keras
