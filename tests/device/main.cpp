// Runs the generated model on the device and compares with what the host computed. Told by semihosting.

#include <cstdint>

#include "model.h"

namespace {

std::int32_t semihosting(std::int32_t operation, const void* argument) {
  register std::int32_t result asm("r0") = operation;
  register const void* parameter asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
  return result;
}

void print(const char* text) { semihosting(0x04, text); }

[[noreturn]] void finish() {
  semihosting(0x18, reinterpret_cast<const void*>(0x20026));  // application exit
  while (true) {
  }
}

bool equal(const std::int8_t* a, const std::int8_t* b, int count) {
  for (int i = 0; i < count; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

std::int8_t output[model::kOutputSize];

}  // namespace

extern "C" [[noreturn]] void reset() {
  for (int i = 0; i < model::kSamples; ++i) {
    model::run(model::kInputs[i], output);
    if (!equal(output, model::kOutputs[i], model::kOutputSize)) {
      print("an inference differs from the host's\n");
      finish();
    }
  }
  print("16 inferences equal\n");
  finish();
}

extern "C" [[noreturn]] void fault() {
  print("fault\n");
  finish();
}

using Handler = void (*)();
[[gnu::section(".vectors"), gnu::used]] const Handler vectors[] = {reinterpret_cast<Handler>(0x20400000),  // stack
                                                                   reset,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault};
