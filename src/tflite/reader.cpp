#include "tflite/reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "schema_generated.h"
#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

std::string text(const flatbuffers::String* string) { return string == nullptr ? std::string() : string->str(); }

/// The elements of a vector. Some writers do not align those of 8 bytes, so they are copied as bytes.
template <class T>
std::vector<T> values(const flatbuffers::Vector<T>* vector) {
  std::vector<T> copy(vector == nullptr ? 0 : vector->size());
  if (!copy.empty()) std::memcpy(copy.data(), vector->Data(), copy.size() * sizeof(T));
  return copy;
}

/// The entries of a vector of tables; absent is empty.
template <class Table, class Function>
void for_each(const flatbuffers::Vector<flatbuffers::Offset<Table>>* vector, Function function) {
  for (flatbuffers::uoffset_t i = 0; vector != nullptr && i < vector->size(); ++i) function(*vector->Get(i), i);
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes), verifier_(bytes.data(), bytes.size()) {}

  Model read() {
    constexpr std::size_t kSmallest = 8;  // root offset and identifier
    if (bytes_.size() < kSmallest || !fbs::ModelBufferHasIdentifier(bytes_.data())) {
      fail(ErrorKind::invalid_model, "It is no .tflite file: {} bytes, without the identifier \"TFL3\" at byte 4.",
           bytes_.size());
    }
    if (!fbs::VerifyModelBuffer(verifier_)) {
      fail(ErrorKind::invalid_model,
           "The .tflite file is damaged: an offset points outside of its {} bytes. Was it copied completely?",
           bytes_.size());
    }
    const fbs::Model& file = *fbs::GetModel(bytes_.data());
    model_.version = file.version();
    if (model_.version != 3) {
      fail(ErrorKind::unsupported, "The .tflite file has schema version {}; only version 3 is known.", model_.version);
    }
    model_.description = text(file.description());
    model_.buffers.clear();
    for_each(file.buffers(), [&](const fbs::Buffer& buffer, std::size_t i) { read_buffer(buffer, i); });
    if (model_.buffers.empty() || !model_.buffers[0].empty()) {
      fail(ErrorKind::invalid_model, "Buffer 0 must exist and be empty: tensors without data refer to it.");
    }
    for_each(file.subgraphs(),
             [&](const fbs::SubGraph& subgraph, std::size_t i) { read_subgraph(subgraph, i, file.operator_codes()); });
    if (model_.subgraphs.empty()) fail(ErrorKind::invalid_model, "The .tflite file has no subgraph: nothing to run.");
    for_each(file.metadata(), [&](const fbs::Metadata& metadata, std::size_t i) {
      if (metadata.buffer() >= model_.buffers.size()) {
        fail(ErrorKind::invalid_model, "metadata {} '{}': buffer {} does not exist; the file has {}.", i,
             text(metadata.name()), metadata.buffer(), model_.buffers.size());
      }
      model_.metadata.push_back({text(metadata.name()), metadata.buffer()});
    });
    for_each(file.signature_defs(),
             [&](const fbs::SignatureDef& signature, std::size_t) { read_signature(signature); });
    return std::move(model_);
  }

 private:
  void read_buffer(const fbs::Buffer& buffer, std::size_t index) {
    if (buffer.offset() > 1) {  // beyond the tables, in files of more than 2 GB
      if (buffer.offset() > bytes_.size() || buffer.size() > bytes_.size() - buffer.offset()) {
        fail(ErrorKind::invalid_model, "buffer {}: bytes {} + {} lie outside of the file of {} bytes.", index,
             buffer.offset(), buffer.size(), bytes_.size());
      }
      const auto data = bytes_.subspan(buffer.offset(), buffer.size());
      model_.buffers.emplace_back(data.begin(), data.end());
    } else {
      model_.buffers.push_back(values(buffer.data()));
    }
  }

  void read_subgraph(const fbs::SubGraph& file, std::size_t index,
                     const flatbuffers::Vector<flatbuffers::Offset<fbs::OperatorCode>>* codes) {
    Subgraph& subgraph = model_.subgraphs.emplace_back();
    subgraph.name = text(file.name());
    subgraph.inputs = values(file.inputs());
    subgraph.outputs = values(file.outputs());
    try {
      for_each(file.tensors(), [&](const fbs::Tensor& tensor, std::size_t i) {
        try {
          subgraph.tensors.push_back(read_tensor(tensor));
        } catch (Error& error) {
          error.add_note(fmt::format("in tensor {} '{}'", i, text(tensor.name())));
          throw;
        }
      });
      check_indices("the subgraph's inputs", subgraph.inputs, 0, subgraph.tensors.size());
      check_indices("the subgraph's outputs", subgraph.outputs, 0, subgraph.tensors.size());
      for_each(file.operators(), [&](const fbs::Operator& op, std::size_t i) {
        try {
          subgraph.operators.push_back(read_operator(op, codes, subgraph.tensors.size()));
        } catch (Error& error) {
          error.add_note(fmt::format("in operator {}", i));
          throw;
        }
      });
    } catch (Error& error) {
      error.add_note(fmt::format("in subgraph {} '{}'", index, subgraph.name));
      throw;
    }
  }

  Tensor read_tensor(const fbs::Tensor& file) const {
    if (file.type() < 0 || file.type() > last_enumerator(TensorType{})) {
      fail(ErrorKind::unsupported, "The element type has number {}; only 0 to {} are known.", file.type(),
           last_enumerator(TensorType{}));
    }
    if (file.sparsity() != nullptr) {
      fail(ErrorKind::unsupported, "The tensor is sparse, which is not supported; convert the model without sparsity.");
    }
    Tensor tensor;
    tensor.name = text(file.name());
    tensor.type = static_cast<TensorType>(file.type());
    tensor.shape = values(file.shape());
    tensor.shape_signature = values(file.shape_signature());
    tensor.has_rank = file.has_rank();
    tensor.is_variable = file.is_variable();
    tensor.buffer = file.buffer();
    std::int64_t count = 1;
    for (const std::int32_t size : tensor.shape) {
      if (size < 0) {
        fail(ErrorKind::invalid_model, "The shape [{}] has a negative size.", shape_text(tensor.shape));
      }
      count *= size;
      if (count > std::numeric_limits<std::int32_t>::max()) {
        fail(ErrorKind::invalid_model, "The shape [{}] has more than 2^31 elements.", shape_text(tensor.shape));
      }
    }
    if (tensor.buffer >= model_.buffers.size()) {
      fail(ErrorKind::invalid_model, "Buffer {} does not exist; the file has {}.", tensor.buffer,
           model_.buffers.size());
    }
    const std::size_t stored = model_.buffer_of(tensor).size();
    const bool sized = tensor.type != TensorType::string && tensor.type != TensorType::variant;
    if (stored != 0 && sized && static_cast<std::int64_t>(stored) != byte_size(tensor)) {
      fail(ErrorKind::invalid_model, "Its buffer {} has {} bytes; [{}] of {} needs {}.", tensor.buffer, stored,
           shape_text(tensor.shape), to_string(tensor.type), byte_size(tensor));
    }
    if (file.quantization() != nullptr) read_quantization(*file.quantization(), tensor);
    return tensor;
  }

  static void read_quantization(const fbs::QuantizationParameters& file, Tensor& tensor) {
    if (file.details_type() != 0) {
      fail(ErrorKind::unsupported, "The tensor has custom quantization details (type {}), which are not supported.",
           file.details_type());
    }
    Quantization& quantization = tensor.quantization;
    quantization.scale = values(file.scale());
    quantization.zero_point = values(file.zero_point());
    quantization.min = values(file.min());
    quantization.max = values(file.max());
    quantization.quantized_dimension = file.quantized_dimension();
    const std::size_t scales = quantization.scale.size();
    const std::size_t zero_points = quantization.zero_point.size();
    if (scales != zero_points && scales != 0 && zero_points > 1) {
      fail(ErrorKind::invalid_model, "It has {} scales but {} zero points.", scales, zero_points);
    }
    if (scales > 1) {
      const auto axis = static_cast<std::size_t>(quantization.quantized_dimension);
      if (axis >= tensor.shape.size() || static_cast<std::size_t>(tensor.shape[axis]) != scales) {
        fail(ErrorKind::invalid_model, "It has {} scales along axis {} of [{}].", scales,
             quantization.quantized_dimension, shape_text(tensor.shape));
      }
    }
  }

  Operator read_operator(const fbs::Operator& file,
                         const flatbuffers::Vector<flatbuffers::Offset<fbs::OperatorCode>>* codes,
                         std::size_t tensor_count) {
    const std::size_t code_count = codes == nullptr ? 0 : codes->size();
    if (file.opcode_index() >= code_count) {
      fail(ErrorKind::invalid_model, "Operator code {} does not exist; the file has {}.", file.opcode_index(),
           code_count);
    }
    const fbs::OperatorCode& code = *codes->Get(file.opcode_index());
    Operator op;
    // Old files have only the deprecated field, new ones both; codes above 127 only the new one.
    op.code = static_cast<BuiltinOperator>(std::max<std::int32_t>(code.deprecated_builtin_code(), code.builtin_code()));
    op.custom_code = text(code.custom_code());
    op.version = code.version();
    op.inputs = values(file.inputs());
    op.outputs = values(file.outputs());
    op.intermediates = values(file.intermediates());
    op.mutating_variable_inputs = values(file.mutating_variable_inputs());
    op.custom_options = values(file.custom_options());
    const std::string name = to_string(op.code);
    if (static_cast<std::int32_t>(op.code) < 0) {
      fail(ErrorKind::invalid_model, "The operator code is {}; expected 0 or more.",
           static_cast<std::int32_t>(op.code));
    }
    if (file.builtin_options_2_type() != 0 || file.large_custom_options_offset() > 1) {
      fail(ErrorKind::unsupported, "{} has options of a kind that TensorFlow Lite Micro does not run.", name);
    }
    check_indices("inputs", op.inputs, -1, tensor_count);
    check_indices("outputs", op.outputs, 0, tensor_count);
    check_indices("intermediates", op.intermediates, 0, tensor_count);
    const flatbuffers::Table* options = reinterpret_cast<const flatbuffers::Table*>(file.builtin_options());
    if (options != nullptr && file.builtin_options_type() != 0) {
      const OpDef* def = find_op(op);
      if (def == nullptr) {
        op.options = OpaqueOptions{file.builtin_options_type()};
      } else if (def->options == nullptr || def->options->type != file.builtin_options_type()) {
        fail(ErrorKind::invalid_model, "{} has {}; expected {}.", name, options_type_name(file.builtin_options_type()),
             options_type_name(def->options == nullptr ? 0 : def->options->type));
      } else {
        try {
          OptionsReader reader(*options, verifier_);
          op.options = def->options->read(reader);
        } catch (Error& error) {
          error.add_note(fmt::format("in the options of {}", name));
          throw;
        }
      }
    }
    return op;
  }

  void read_signature(const fbs::SignatureDef& file) {
    Signature signature;
    signature.key = text(file.signature_key());
    signature.subgraph = file.subgraph_index();
    if (signature.subgraph >= model_.subgraphs.size()) {
      fail(ErrorKind::invalid_model, "signature '{}': subgraph {} does not exist; the file has {}.", signature.key,
           signature.subgraph, model_.subgraphs.size());
    }
    const std::size_t tensor_count = model_.subgraphs[signature.subgraph].tensors.size();
    const auto read_map = [&](const auto* map, std::vector<SignatureTensor>& into) {
      for_each(map, [&](const fbs::TensorMap& entry, std::size_t) {
        if (entry.tensor_index() >= tensor_count) {
          fail(ErrorKind::invalid_model, "signature '{}': tensor {} of '{}' does not exist; the subgraph has {}.",
               signature.key, entry.tensor_index(), text(entry.name()), tensor_count);
        }
        into.push_back({text(entry.name()), entry.tensor_index()});
      });
    };
    read_map(file.inputs(), signature.inputs);
    read_map(file.outputs(), signature.outputs);
    model_.signatures.push_back(std::move(signature));
  }

  static void check_indices(std::string_view what, const std::vector<std::int32_t>& indices, std::int32_t lowest,
                            std::size_t count) {
    for (const std::int32_t index : indices) {
      if (index < lowest || index >= static_cast<std::int64_t>(count)) {
        fail(ErrorKind::invalid_model, "Tensor {} of {} does not exist; the subgraph has {}.", index, what, count);
      }
    }
  }

  std::span<const std::uint8_t> bytes_;
  flatbuffers::Verifier verifier_;
  Model model_;
};

}  // namespace

Model read_model(std::span<const std::uint8_t> bytes) { return Reader(bytes).read(); }

Model read_model_file(const std::filesystem::path& path) {
  try {
    return read_model(read_file(path));
  } catch (Error& error) {
    if (error.kind() != ErrorKind::io) error.add_note("while reading " + path.string());
    throw;
  }
}

}  // namespace mltk::tflite
