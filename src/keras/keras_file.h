#pragma once

#include <filesystem>
#include <map>

#include "keras/files.h"

namespace mltk::keras {

/// Keras' `.keras` files: a zip archive of `config.json`, `metadata.json` and `model.weights.h5`. The last one, which
/// may also be a file of its own (`X.weights.h5`), holds weights by the place of their owner in the tree of objects:
/// `layers/conv2d/vars/0`, `optimizer/vars/0`. Read: those of Keras 2.12 to 2.15 and of Keras 3. Written: Keras 2's
/// form.

/// Whether a file's name says that it holds weights in this form.
bool is_weights_file(const std::filesystem::path& path);

void save_keras_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
                      const NamedTensors& optimizer_weights);
void save_keras_weights(const std::filesystem::path& path, const Model& model);

class KerasFile {
 public:
  /// A `.keras` or a `.weights.h5` file.
  explicit KerasFile(const std::filesystem::path& path);

  /// Class and config of the model in the form of Keras 2; null in a `.weights.h5`.
  const Json& description() const { return description_; }
  /// As the attribute `training_config` of `.h5` files; null when the model was not compiled.
  const Json& training_config() const { return training_config_; }
  /// In Keras' order, iteration first; empty when there are none.
  NamedTensors optimizer_weights() const;
  /// Throws Error(invalid_model) when a weight is absent or of another shape.
  void load_weights(Model& model, bool skip_mismatch = false) const;
  LoadedModel load(const LayerFactory& make_custom) const;

 private:
  std::filesystem::path path_;
  bool of_keras_3_ = false;
  Json description_;
  Json training_config_;
  std::map<std::string, std::vector<Tensor>> weights_;  ///< by owner

  void read_archive();
  const std::vector<Tensor>* find(const std::string& owner) const;
  [[noreturn]] void reject(std::string_view text) const;
};

}  // namespace mltk::keras
