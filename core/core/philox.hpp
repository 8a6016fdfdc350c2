// core/core/philox.hpp
//
// Philox4x32-10: ten rounds of multiplications that turn a counter and a key, four and two words of 32 bits,
// into four words that look random. A function of its arguments alone, a bijection of the counter. The key
// grows from round to round by the golden ratio and by sqrt(3) - 1, as multiples of 2^-32.
//
// Source   [salmon2011], section 3.3; the bits are those of Random123
// Cost     20 multiplications 32 x 32 -> 64
#pragma once

#include "core/core/views.hpp"

namespace attune::philox {

inline constexpr int rounds = 10;

struct Counter {
  std::uint32_t word[4];
};
struct Key {
  std::uint32_t word[2];
};

KOKKOS_INLINE_FUNCTION Counter one_round(const Counter& c, const Key& k) {
  const std::uint64_t even = std::uint64_t(0xD2511F53) * c.word[0];
  const std::uint64_t odd = std::uint64_t(0xCD9E8D57) * c.word[2];
  return {{static_cast<std::uint32_t>(odd >> 32) ^ c.word[1] ^ k.word[0], static_cast<std::uint32_t>(odd),
           static_cast<std::uint32_t>(even >> 32) ^ c.word[3] ^ k.word[1], static_cast<std::uint32_t>(even)}};
}

KOKKOS_INLINE_FUNCTION Counter words(Counter counter, Key key) {
  for (int round = 0; round < rounds; ++round) {
    counter = one_round(counter, key);
    key = {{key.word[0] + 0x9E3779B9U, key.word[1] + 0xBB67AE85U}};
  }
  return counter;
}

}  // namespace attune::philox
