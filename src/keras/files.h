#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "keras/model.h"
#include "train/trainer.h"

namespace mltk::keras {

/// Keras' files. The ending of a name chooses the form: `.keras` and `.weights.h5` are those of Keras 2.12 and later
/// (`keras_file.h`), other names those of Keras 2 (`h5.h`). Written whole or not at all, and the same bytes for the
/// same model.

/// The version that written files name.
inline constexpr std::string_view kKerasVersion = "2.15.0";

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Write a whole model: configuration, weights, and if it is compiled `training_config` (as the attribute of `.h5`
/// files) and the optimizer's weights.
void save_model(const std::filesystem::path& path, const Model& model, const Json& training_config = nullptr,
                const NamedTensors& optimizer_weights = {});

/// Write the weights alone.
void save_weights(const std::filesystem::path& path, const Model& model);

struct LoadedModel {
  std::shared_ptr<Model> model;
  Json training_config;  ///< null when the model was not compiled
  NamedTensors optimizer_weights;
  /// The optimizer's weights have no names: they stand in Keras' order.
  bool optimizer_in_order = false;
};

/// Read a whole model. Throws Error(invalid_model) that names the file and what is wrong with it, Error(unsupported) on
/// layers that are not supported.
LoadedModel load_model(const std::filesystem::path& path, const LayerFactory& make_custom = nullptr);

/// Read weights from a whole model or a file of weights. `by_name` takes those of layers with the same name;
/// `skip_mismatch` leaves out those of another shape. Throws Error(invalid_model) when they do not fit.
void load_weights(const std::filesystem::path& path, Model& model, bool by_name = false, bool skip_mismatch = false);

}  // namespace mltk::keras
