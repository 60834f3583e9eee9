#pragma once

#include <filesystem>

#include "keras/files.h"

namespace mltk::keras {

/// Keras 2's HDF5 files. Written whole or not at all, and the same bytes for the same model. `files.h` chooses between
/// them and the newer form.

void save_h5_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
                   const NamedTensors& optimizer_weights);
void save_h5_weights(const std::filesystem::path& path, const Model& model);
LoadedModel load_h5_model(const std::filesystem::path& path, const LayerFactory& make_custom);
void load_h5_weights(const std::filesystem::path& path, Model& model, bool by_name = false, bool skip_mismatch = false);

/// All that a stopped training needs to go on.
void save_state(const std::filesystem::path& path, const TrainingState& state);
TrainingState load_state(const std::filesystem::path& path);

}  // namespace mltk::keras
