// tests/attention/tensor_cores/emulator.hpp
//
// launch() of the emulated machine, in place of the device's: forward_on_tensor_cores(..., Emulator{seed, counts}).
#pragma once

#include "tests/attention/tensor_cores/emulated_block.hpp"

namespace attune::test {

struct Emulator {
  std::uint32_t seed;
  Counts& counts;
  template <class Kernel> void operator()(const char*, Index blocks, const Kernel& kernel) const {
    for (Index n = 0; n < blocks; ++n)
      EmulatedBlock(n, Kernel::threads, kernel.shared_bytes(), seed + static_cast<std::uint32_t>(n), counts)
          .run(kernel);
  }
};

}  // namespace attune::test
