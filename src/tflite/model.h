#pragma once

#include <any>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tflite/builtin_operator.h"

namespace mltk::tflite {

/// Element types, numbered as in the file.
enum class TensorType : std::int8_t {
  float32 = 0,
  float16 = 1,
  int32 = 2,
  uint8 = 3,
  int64 = 4,
  string = 5,
  boolean = 6,
  int16 = 7,
  complex64 = 8,
  int8 = 9,
  float64 = 10,
  complex128 = 11,
  uint64 = 12,
  resource = 13,
  variant = 14,
  uint32 = 15,
  uint16 = 16,
  int4 = 17,
};

/// Names as MLTK prints them: "float32", "bool".
std::string_view to_string(TensorType type);
/// Bytes of `elements` elements; two int4 share a byte. Throws Error(unsupported) for types without a fixed size.
std::int64_t byte_size(TensorType type, std::int64_t elements);

/// The fused activation of an operator, numbered as in the file.
enum class Activation : std::int8_t { none = 0, relu = 1, relu_n1_to_1 = 2, relu6 = 3, tanh = 4, sign_bit = 5 };

enum class Padding : std::int8_t { same = 0, valid = 1 };

// The highest number of each enumeration: a file may hold anything.
constexpr int last_enumerator(TensorType) { return static_cast<int>(TensorType::int4); }
constexpr int last_enumerator(Activation) { return static_cast<int>(Activation::sign_bit); }
constexpr int last_enumerator(Padding) { return static_cast<int>(Padding::valid); }

/// real = scale * (code - zero_point); one entry, or one per slice of `quantized_dimension`. Empty: not quantized.
struct Quantization {
  std::vector<float> scale;
  std::vector<std::int64_t> zero_point;
  std::vector<float> min;  ///< calibrated range, kept by old converters
  std::vector<float> max;
  std::int32_t quantized_dimension = 0;

  bool operator==(const Quantization&) const = default;
};

struct Tensor {
  std::string name;
  TensorType type = TensorType::float32;
  std::vector<std::int32_t> shape;            ///< of one inference; 1 where the batch is not fixed
  std::vector<std::int32_t> shape_signature;  ///< -1 where `shape` may change; empty when nothing may
  bool has_rank = false;
  bool is_variable = false;
  Quantization quantization;
  std::uint32_t buffer = 0;  ///< index in Model::buffers; an empty buffer means that the tensor is no constant

  bool operator==(const Tensor&) const = default;
};

/// Options of an operator that has no definition in ops/: only their type is known.
struct OpaqueOptions {
  std::uint8_t type = 0;  ///< the file's BuiltinOptions number

  bool operator==(const OpaqueOptions&) const = default;
};

/// Options whose table has no fields (PAD, TRANSPOSE, ...).
struct EmptyOptions {
  bool operator==(const EmptyOptions&) const = default;

  template <class Visitor>
  void visit(Visitor&) {}
};

/// A field of an operator's options: "stride_w", and its value.
using OptionField =
    std::pair<std::string, std::variant<bool, std::int64_t, double, std::string, std::vector<std::int32_t>>>;

struct Operator {
  BuiltinOperator code = BuiltinOperator::custom;
  std::string custom_code;  ///< name of a custom operator
  std::int32_t version = 1;
  std::any options;  ///< the struct of ops/<op>.h, EmptyOptions, OpaqueOptions, or nothing
  std::vector<std::uint8_t> custom_options;
  std::vector<std::int32_t> inputs;  ///< tensor indices; -1 for an optional input that is absent
  std::vector<std::int32_t> outputs;
  std::vector<std::int32_t> intermediates;             ///< tensors that only carry quantization parameters (LSTM)
  std::vector<std::uint8_t> mutating_variable_inputs;  ///< one flag per input, or empty
};

struct Subgraph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
  std::vector<Operator> operators;
};

struct Metadata {
  std::string name;
  std::uint32_t buffer = 0;

  bool operator==(const Metadata&) const = default;
};

struct SignatureTensor {
  std::string name;
  std::uint32_t tensor = 0;

  bool operator==(const SignatureTensor&) const = default;
};

/// Names of a subgraph's inputs and outputs for callers ("serving_default").
struct Signature {
  std::string key;
  std::vector<SignatureTensor> inputs;
  std::vector<SignatureTensor> outputs;
  std::uint32_t subgraph = 0;

  bool operator==(const Signature&) const = default;
};

/// A .tflite file as values. Buffer 0 is empty; `read_model` guarantees that every index is in range.
struct Model {
  std::uint32_t version = 3;
  std::string description;
  std::vector<Subgraph> subgraphs;
  std::vector<std::vector<std::uint8_t>> buffers{{}};
  std::vector<Metadata> metadata;
  std::vector<Signature> signatures;

  const std::vector<std::uint8_t>& buffer_of(const Tensor& tensor) const { return buffers[tensor.buffer]; }
};

/// Number of elements of `tensor`.
std::int64_t elements(const Tensor& tensor);
/// Bytes of `tensor` in memory.
std::int64_t byte_size(const Tensor& tensor);
/// The elements of a constant, `bytes` being its buffer, as they are stored; empty for types that are no numbers here.
std::vector<double> numbers_of(const Tensor& tensor, const std::vector<std::uint8_t>& bytes);
/// "1x32x32x3"; "" for a scalar.
std::string shape_text(const std::vector<std::int32_t>& shape);

/// The options of `op` as T, or T's defaults when the file has none.
template <class T>
T options_as(const Operator& op) {
  const T* options = std::any_cast<T>(&op.options);
  return options == nullptr ? T{} : *options;
}

}  // namespace mltk::tflite
