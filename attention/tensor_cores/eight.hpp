// attention/tensor_cores/eight.hpp
//
// Eight bfloat16 of a piece of 16 bytes, as floats.
#pragma once

#include "attention/tensor_cores/tile.hpp"

namespace attune::attention::tensor_cores {

struct EightNumbers {
  float of[piece];
};
KOKKOS_INLINE_FUNCTION EightNumbers eight_of(const Piece& from) {
  EightNumbers to;
  for (int n = 0; n < piece; ++n)
    to.of[n] =
        Kokkos::bit_cast<float>(n % 2 == 0 ? from.words[n / 2] << 16 : from.words[n / 2] & 0xffff0000u);
  return to;
}
KOKKOS_INLINE_FUNCTION EightNumbers eight_of(const Bfloat16* at) {
  return eight_of(*reinterpret_cast<const Piece*>(at));
}
KOKKOS_INLINE_FUNCTION void put_eight(Bfloat16* at, const EightNumbers& numbers) {
  Piece to;
  for (int n = 0; n < piece; n += 2)
    to.words[n / 2] = Word(Bfloat16(numbers.of[n]).bits) | Word(Bfloat16(numbers.of[n + 1]).bits) << 16;
  *reinterpret_cast<Piece*>(at) = to;
}

}  // namespace attune::attention::tensor_cores
