#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"sparse", ArgumentKind::flag, "false", "sparse tensors are not supported"},
    {"ragged", ArgumentKind::flag, "false", "ragged tensors are not supported"},
};

}  // namespace

extern const LayerDef input_layer_def;
// It has no call: its value is an input of the model.
const LayerDef input_layer_def = {.class_name = "InputLayer", .arguments = kArguments, .most_inputs = 0};

}  // namespace mltk::keras
