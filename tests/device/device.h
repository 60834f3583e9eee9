#pragma once

// A program on the device: it starts at reset(), tells by semihosting, and finishes.

#include <cstdint>

namespace device {

inline std::int32_t semihosting(std::int32_t operation, const void* argument) {
  register std::int32_t result asm("r0") = operation;
  register const void* parameter asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
  return result;
}

[[noreturn]] inline void finish(const char* text) {
  semihosting(0x04, text);
  semihosting(0x18, reinterpret_cast<const void*>(0x20026));  // application exit
  while (true) {
  }
}

template <class T>
bool equal(const T* a, const T* b, int count) {
  for (int i = 0; i < count; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace device

/// Defined by the program.
extern "C" [[noreturn]] void reset();

extern "C" [[noreturn]] void fault() { device::finish("fault\n"); }

using Handler = void (*)();
[[gnu::section(".vectors"), gnu::used]] const Handler vectors[] = {reinterpret_cast<Handler>(0x20400000),  // stack
                                                                   reset,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault};
