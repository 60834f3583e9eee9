#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace mltk::quantize {

/// The nodes of a graph in the order in which the converter's importer lists them, which is the order of operators in
/// the file: TensorFlow walks from the names of weights, constants and inputs, the last name first, to what uses
/// them, and turns the order around in which it leaves the nodes.
std::vector<const Node*> import_order(const Graph& graph, const std::string& model_name);

}  // namespace mltk::quantize
