// core/core/random.hpp
//
// Random numbers that are a function of (seed, stream, index, draw): the same on any number of ranks and
// threads. Philox4x32-10 (philox.hpp), key = (seed, stream), counter = (index, draw).
// A stream is a purpose (initial field, weights, dropout); the index is a global cell, sample or particle
// number.
#pragma once

#include "core/core/philox.hpp"

namespace attune {

struct Random {
  std::uint32_t seed = 0;
  std::uint32_t stream = 0;

  struct Words {
    std::uint64_t first, second;
  };

  KOKKOS_FUNCTION Words words(std::uint64_t index, std::uint32_t draw) const {
    const philox::Counter counter = {
        {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), draw, 0}};
    const philox::Counter out = philox::words(counter, {{seed, stream}});
    return {out.word[0] | (static_cast<std::uint64_t>(out.word[1]) << 32),
            out.word[2] | (static_cast<std::uint64_t>(out.word[3]) << 32)};
  }

  // In (0, 1), both ends excluded; an odd multiple of 2^-53.
  KOKKOS_FUNCTION static double unit(std::uint64_t word) {
    return (static_cast<double>(word >> 12) + 0.5) * 0x1.0p-52;
  }

  KOKKOS_FUNCTION double uniform(std::uint64_t index, std::uint32_t draw = 0) const {
    return unit(words(index, draw).first);
  }

  // Mean 0, variance 1 (Box & Muller 1958).
  KOKKOS_FUNCTION double normal(std::uint64_t index, std::uint32_t draw = 0) const {
    const Words w = words(index, draw);
    return Kokkos::sqrt(-2.0 * Kokkos::log(unit(w.first))) *
           Kokkos::cos(6.283185307179586476925 * unit(w.second));
  }
};

}  // namespace attune
