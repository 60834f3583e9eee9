#pragma once

#include "tflite/model.h"
#include "tflite/ops/conv_2d.h"

namespace mltk::test {

/// One CONV_2D on int8: input [1,3,3,1], two 2x2 filters, VALID, RELU, output [1,2,2,2].
inline tflite::Model conv_model() {
  using tflite::TensorType;
  tflite::Model model;
  model.description = "one convolution";
  model.buffers = {{}, {1, 2, 3, 4, 255, 254, 253, 252}, {1, 0, 0, 0, 2, 0, 0, 0}};
  tflite::Subgraph main;
  main.name = "main";
  main.tensors = {
      {.name = "input",
       .type = TensorType::int8,
       .shape = {1, 3, 3, 1},
       .shape_signature = {-1, 3, 3, 1},
       .quantization = {.scale = {0.5F}, .zero_point = {-3}}},
      {.name = "filter",
       .type = TensorType::int8,
       .shape = {2, 2, 2, 1},
       .quantization = {.scale = {0.25F, 0.5F}, .zero_point = {0, 0}},
       .buffer = 1},
      {.name = "bias",
       .type = TensorType::int32,
       .shape = {2},
       .quantization = {.scale = {0.125F, 0.25F}, .zero_point = {0, 0}},
       .buffer = 2},
      {.name = "output",
       .type = TensorType::int8,
       .shape = {1, 2, 2, 2},
       .quantization = {.scale = {1.0F}, .zero_point = {5}}},
  };
  main.inputs = {0};
  main.outputs = {3};
  tflite::Operator conv;
  conv.code = tflite::BuiltinOperator::conv_2d;
  conv.version = 3;
  conv.options = tflite::Conv2dOptions{
      .padding = tflite::Padding::valid, .stride_w = 1, .stride_h = 1, .activation = tflite::Activation::relu};
  conv.inputs = {0, 1, 2};
  conv.outputs = {3};
  main.operators = {conv};
  model.subgraphs = {main};
  model.signatures = {{.key = "serving_default", .inputs = {{"x", 0}}, .outputs = {{"y", 3}}}};
  return model;
}

}  // namespace mltk::test
