#pragma once

#include "micro/sigmoid_table.h"
#include "micro/unary.h"
#include "tflite/op_def.h"

namespace mltk::tflite {

/// Parameters that LOGISTIC and TANH share.
micro::SigmoidParams sigmoid_params(const OpContext& op);
/// The same for int16 codes.
micro::TableScale sigmoid_table_scale(const OpContext& op);

}  // namespace mltk::tflite
