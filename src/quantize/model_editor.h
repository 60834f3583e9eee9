#pragma once

#include <cstring>
#include <span>

#include "tflite/model.h"

namespace mltk::quantize {

/// A .tflite model while its tensors change type: what the quantizers share.
class ModelEditor {
 public:
  explicit ModelEditor(tflite::Model model) : model_(std::move(model)) {}

  tflite::Model& model() { return model_; }
  tflite::Subgraph& main() { return model_.subgraphs.at(0); }
  tflite::Tensor& tensor(std::int32_t index) { return main().tensors[static_cast<std::size_t>(index)]; }

  bool is_float_constant(std::int32_t index) { return is_float(index) && !model_.buffer_of(tensor(index)).empty(); }
  bool is_activation(std::int32_t index) { return is_float(index) && model_.buffer_of(tensor(index)).empty(); }
  /// Values of a float constant.
  std::span<const float> floats(std::int32_t index) {
    const auto& bytes = model_.buffer_of(tensor(index));
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
  }

  std::int32_t add_tensor(tflite::Tensor added) {
    main().tensors.push_back(std::move(added));
    return static_cast<std::int32_t>(main().tensors.size() - 1);
  }

  /// Give a constant other values and another type in place.
  template <class T>
  void set_constant(std::int32_t index, tflite::TensorType type, const std::vector<T>& values,
                    tflite::Quantization quantization) {
    std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    tflite::Tensor& target = tensor(index);
    target.type = type;
    target.quantization = std::move(quantization);
    target.buffer = static_cast<std::uint32_t>(model_.buffers.size());
    model_.buffers.push_back(std::move(bytes));
  }

  /// A copy of a constant with other values and another type.
  template <class T>
  std::int32_t add_constant(std::int32_t like, tflite::TensorType type, const std::vector<T>& values,
                            tflite::Quantization quantization) {
    const std::int32_t added = add_tensor(tensor(like));
    set_constant(added, type, values, std::move(quantization));
    return added;
  }

  /// The model's callers see tensor `to` where they saw `from`.
  void retarget_signature(std::int32_t from, std::int32_t to) {
    for (tflite::Signature& signature : model_.signatures) {
      for (auto* tensors : {&signature.inputs, &signature.outputs}) {
        for (tflite::SignatureTensor& named : *tensors) {
          if (named.tensor == static_cast<std::uint32_t>(from)) named.tensor = static_cast<std::uint32_t>(to);
        }
      }
    }
  }

 private:
  tflite::Model model_;

  bool is_float(std::int32_t index) { return index >= 0 && tensor(index).type == tflite::TensorType::float32; }
};

}  // namespace mltk::quantize
