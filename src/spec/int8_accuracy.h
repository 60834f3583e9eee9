#pragma once

#include <memory>

#include "keras/model.h"
#include "train/fit.h"

namespace mltk {

/// A callback that adds `int8_accuracy` to the logs of every epoch: the accuracy that the model would have on the
/// device if training stopped now. The model is quantized with the ranges of validation samples and run by the integer
/// interpreter on up to `most_samples` of them, taken evenly from the whole set.
///
/// `validation` gives the samples, once, when training begins. Works for classifiers with one input and one output.
std::unique_ptr<Callback> make_int8_accuracy(std::shared_ptr<keras::Model> model, BatchSource& validation,
                                             std::int64_t most_samples = 500);

}  // namespace mltk
