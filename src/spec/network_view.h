#pragma once

#include <string>

#include "keras/model.h"
#include "report/network.h"
#include "tflite/model.h"

namespace mltk {

/// The operators of a .tflite's main subgraph with their options, tensors and constants, for `network_page`.
Network describe_network(const tflite::Model& model, const std::string& name);

/// The layers of a Keras model with their arguments and weights.
Network describe_network(const keras::Model& model);

}  // namespace mltk
