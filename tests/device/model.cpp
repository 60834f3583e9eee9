// Runs the generated model on the device and compares with what the host computed.

#include "model.h"

#include "device.h"

namespace {

std::int8_t output[model::kOutputSize];

}  // namespace

extern "C" [[noreturn]] void reset() {
  for (int i = 0; i < model::kSamples; ++i) {
    model::run(model::kInputs[i], output);
    if (!device::equal(output, model::kOutputs[i], model::kOutputSize)) {
      device::finish("an inference differs from the host's\n");
    }
  }
  device::finish("16 inferences equal\n");
}
