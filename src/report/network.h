#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mltk {

/// What a page about a network shows of one tensor.
struct NetworkTensor {
  std::string name;
  std::string type;          ///< "int8", "float32 [1, 8, 8, 16]"
  std::string quantization;  ///< "0.0235 * (q + 128)"; empty when there is none
};

/// A constant of a node: a kernel, a bias, axes.
struct NetworkWeight {
  std::string role;  ///< what the operator calls it; empty: nothing
  NetworkTensor tensor;
  std::string shape;
  double least = 0;  ///< of its values; both 0 when they are not numbers
  double most = 0;
  double mean = 0;
  std::vector<std::int64_t> histogram;  ///< values in equal intervals from `least` to `most`
  std::vector<double> values;           ///< the first ones
};

/// Fill in `least`, `most`, `mean`, `histogram` and the first `values` of a weight.
void describe_values(NetworkWeight& weight, const std::vector<double>& values);

/// An operator or a layer.
struct NetworkNode {
  std::string title;  ///< "Conv2D"
  std::string name;   ///< its own, may be empty
  std::string
      family;  ///< decides the colour: "convolution", "matrix", "activation", "pool", "shape", "normalization", "other"
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<NetworkWeight> weights;
  std::vector<std::size_t> inputs;  ///< indices of Network::tensors, without constants
  std::vector<std::size_t> outputs;
};

/// A network in the terms of its file, for people to look at.
struct Network {
  std::string name;
  std::vector<std::pair<std::string, std::string>> facts;  ///< "Description": "..."
  std::vector<NetworkTensor> tensors;
  std::vector<NetworkNode> nodes;
  std::vector<std::size_t> inputs;  ///< indices of tensors
  std::vector<std::size_t> outputs;
};

/// One of NetworkNode's families for the name of an operator or layer, of TFLite ("CONV_2D") or Keras ("Conv2D").
std::string family_of(const std::string& title);

/// One web page with the graph, complete in itself: boxes can be chosen, dragged and searched; what is known of a
/// chosen one stands beside them. The same network gives the same bytes.
///
/// Throws Error(invalid_argument) when a node names a tensor that is not there, or the nodes have a cycle.
std::string network_page(const Network& network);

}  // namespace mltk
