#include <algorithm>

#include "tflite/ops/reducer.h"
#include "tflite/ops/reduction.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReducerOptions>(27);

Kernel prepare(const OpContext& op) {
  return prepare_fold(op, [](auto a, auto b) { return std::max(a, b); });
}

}  // namespace

extern const OpDef reduce_max_def = {
    .code = BuiltinOperator::reduce_max,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {1, 1, 1},
    .data = {44, 44},
    .scratch = fold_scratch,
    .opened = opened_by_fold,
};

}  // namespace mltk::tflite
