#include "allocations.h"

#include <cstdlib>
#include <new>

std::atomic<long> allocations = 0;

// The compiler inlines one of the pair and then takes the other for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#ifndef __SANITIZE_ADDRESS__
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
