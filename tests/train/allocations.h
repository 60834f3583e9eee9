#pragma once

#include <atomic>

/// Calls of operator new so far; not counted under the address sanitizer, which checks pairs of its own.
extern std::atomic<long> allocations;
