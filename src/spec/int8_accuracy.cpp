#include "spec/int8_accuracy.h"

#include <algorithm>
#include <cmath>

#include "interpreter/interpreter.h"
#include "quantize/quantize.h"
#include "simd/quantize.h"
#include "spec/convert.h"

namespace mltk {
namespace {

/// Samples that find the ranges of the activations: a few suffice to follow a training.
constexpr std::int64_t kCalibrationSamples = 50;

/// Index of the largest of the last axis, or the value itself where a row has one.
std::int64_t label_of(std::span<const float> row) {
  if (row.size() == 1) return std::lround(row[0]);
  return std::ranges::max_element(row) - row.begin();
}

class Int8Accuracy : public Callback {
 public:
  Int8Accuracy(std::shared_ptr<keras::Model> model, BatchSource& validation, std::int64_t most_samples)
      : model_(std::move(model)), validation_(validation), most_samples_(most_samples) {}

  std::vector<std::string> added() const override { return {"int8_accuracy"}; }

  void on_train_begin(FitContext&) override {
    std::vector<std::vector<Tensor>> rows;
    std::vector<std::int64_t> labels;
    validation_.start_epoch(0);
    Batch batch;
    while (validation_.next(batch)) {
      std::vector<Tensor> inputs;
      for (const Tensor& x : batch.x) inputs.push_back(x.cast(DType::float32));
      const Tensor y = batch.y.at(0).cast(DType::float32);
      const auto width = static_cast<std::size_t>(y.elements() / std::max<std::int64_t>(batch.size, 1));
      for (std::int64_t i = 0; i < batch.size; ++i) {
        for (std::vector<Tensor>& row = rows.emplace_back(); const Tensor& x : inputs) row.push_back(x.rows(i, 1));
        labels.push_back(label_of(y.as<float>().subspan(static_cast<std::size_t>(i) * width, width)));
      }
    }
    // Evenly over the set, which may be sorted by class.
    const auto total = static_cast<std::int64_t>(rows.size());
    const std::int64_t count = std::min(total, most_samples_);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i * total / count);
      samples_.push_back(std::move(rows[at]));
      labels_.push_back(labels[at]);
    }
  }

  void on_epoch_end(FitContext& context, std::int64_t, Logs& logs) override {
    if (samples_.empty()) return;
    if (!std::ranges::all_of(model_->weights(), [](const auto& weight) { return weight->value.is_finite(); })) {
      set_log(logs, "int8_accuracy", std::nan(""));  // weights that diverged have no int8 form
      return;
    }
    const tflite::Model float_model = convert_to_float(*model_);
    const auto calibration = std::min<std::size_t>(samples_.size(), kCalibrationSamples);
    std::size_t next = 0;
    const quantize::Ranges ranges = quantize::calibrate(float_model, [&](std::vector<Tensor>& sample) {
      if (next == calibration) return false;
      sample = samples_[next++ * samples_.size() / calibration];
      return true;
    });
    const Interpreter interpreter(quantize::quantize_int8(
        float_model, ranges, {.input_type = tflite::TensorType::int8, .output_type = tflite::TensorType::int8}));
    set_log(logs, "int8_accuracy", accuracy(interpreter, context.trainer.pool()));
  }

 private:
  std::shared_ptr<keras::Model> model_;
  BatchSource& validation_;
  std::int64_t most_samples_;
  std::vector<std::vector<Tensor>> samples_;  ///< an array for each input of the model
  std::vector<std::int64_t> labels_;

  /// All samples of an input.
  Tensor codes_of(const Interpreter& interpreter, std::size_t input) const {
    const auto& quantization = interpreter.input_tensor(input).quantization;
    Shape shape = samples_[0][input].shape();
    shape[0] = static_cast<std::int64_t>(samples_.size());
    Tensor codes(DType::int8, shape);
    std::int8_t* to = codes.as<std::int8_t>().data();
    for (const std::vector<Tensor>& sample : samples_) {
      const auto values = sample[input].as<float>();
      simd::quantize(values.data(), quantization.scale[0], static_cast<std::int32_t>(quantization.zero_point[0]), to,
                     values.size());
      to += values.size();
    }
    return codes;
  }

  double accuracy(const Interpreter& interpreter, ThreadPool& pool) const {
    std::vector<Tensor> codes;
    for (std::size_t i = 0; i < samples_[0].size(); ++i) codes.push_back(codes_of(interpreter, i));
    const std::vector<Tensor> outputs = interpreter.run_batch(codes, pool);
    const auto scores = outputs[0].as<std::int8_t>();
    const std::size_t width = scores.size() / samples_.size();
    std::size_t right = 0;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const auto row = scores.subspan(i * width, width);
      // One output is a probability: its middle separates the classes.
      const std::int64_t label = width == 1 ? (row[0] >= 0 ? 1 : 0) : std::ranges::max_element(row) - row.begin();
      if (label == labels_[i]) ++right;
    }
    return static_cast<double>(right) / static_cast<double>(samples_.size());
  }
};

}  // namespace

std::unique_ptr<Callback> make_int8_accuracy(std::shared_ptr<keras::Model> model, BatchSource& validation,
                                             std::int64_t most_samples) {
  return std::make_unique<Int8Accuracy>(std::move(model), validation, most_samples);
}

}  // namespace mltk
