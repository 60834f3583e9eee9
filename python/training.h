#pragma once

#include <memory>
#include <vector>

#include "convert.h"
#include "keras/files.h"
#include "train/fit.h"

namespace mltk::python {

/// A model with its trainer: what compile() makes.
struct CompiledModel : TrainedModel {
  std::shared_ptr<keras::Model> model;
  ThreadPool pool;
  Trainer trainer;
  keras::Json training_config;  ///< for files of whole models; null: they hold none

  CompiledModel(std::shared_ptr<keras::Model> model_, CompileConfig config, std::uint64_t seed)
      : model(std::move(model_)), trainer(model->to_trainable(), std::move(config), seed, pool) {}
  /// With steps that the author of the model wrote.
  CompiledModel(std::shared_ptr<keras::Model> model_, TrainableModel trainable, CompileConfig config,
                std::uint64_t seed)
      : model(std::move(model_)), trainer(std::move(trainable), std::move(config), seed, pool) {}

  void save_weights(const std::filesystem::path& path) override { keras::save_weights(path, *model); }
  /// With the optimizer's state, as Keras' ModelCheckpoint.
  void save(const std::filesystem::path& path) override;
};

/// Callbacks of fit(): native ones by name and arguments, those of users through their methods.
std::vector<std::unique_ptr<Callback>> make_callbacks(nb::handle callbacks);

}  // namespace mltk::python
