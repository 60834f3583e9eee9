#include "keras/files.h"

#include "keras/h5.h"
#include "keras/keras_file.h"

namespace mltk::keras {

void save_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
                const NamedTensors& optimizer_weights) {
  if (path.extension() == ".keras") return save_keras_model(path, model, training_config, optimizer_weights);
  save_h5_model(path, model, training_config, optimizer_weights);
}

void save_weights(const std::filesystem::path& path, const Model& model) {
  if (is_weights_file(path)) return save_keras_weights(path, model);
  save_h5_weights(path, model);
}

LoadedModel load_model(const std::filesystem::path& path, const LayerFactory& make_custom) {
  if (path.extension() == ".keras") return KerasFile(path).load(make_custom);
  return load_h5_model(path, make_custom);
}

void load_weights(const std::filesystem::path& path, Model& model, bool by_name, bool skip_mismatch) {
  if (path.extension() == ".keras" || is_weights_file(path)) {
    if (by_name) {
      fail(ErrorKind::unsupported,
           "{}: by_name=True is for .h5 files: a .keras or .weights.h5 file holds places of layers, not names",
           path.string());
    }
    return KerasFile(path).load_weights(model, skip_mismatch);
  }
  load_h5_weights(path, model, by_name, skip_mismatch);
}

}  // namespace mltk::keras
