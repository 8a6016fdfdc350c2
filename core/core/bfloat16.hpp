// core/core/bfloat16.hpp
//
// bfloat16: the upper half of a float, 8 bits of significand. A type of storage: numbers are rounded to it,
// to the nearest and to the even one of two, and every sum is a float's.
//
// Source   [kalamkar2019]
#pragma once

#include <Kokkos_BitManipulation.hpp>
#include <Kokkos_Core.hpp>
#include <cstdint>
#include <type_traits>

namespace attune {

struct Bfloat16 {
  std::uint16_t bits;

  Bfloat16() = default;
  KOKKOS_FUNCTION explicit Bfloat16(float x) {
    const auto whole = Kokkos::bit_cast<std::uint32_t>(x);
    const bool is_number = (whole & 0x7fffffffu) <= 0x7f800000u;
    const std::uint32_t rounded = whole + 0x7fffu + (whole >> 16 & 1u);
    bits = static_cast<std::uint16_t>(is_number ? rounded >> 16 : whole >> 16 | 0x40u);
  }
  KOKKOS_FUNCTION operator float() const { return Kokkos::bit_cast<float>(std::uint32_t(bits) << 16); }
};
static_assert(sizeof(Bfloat16) == 2);

// What numbers of a type are added up in, and what parameters of its operators are.
template <class Scalar> struct AccumulatedIn {
  using type = Scalar;
};
template <> struct AccumulatedIn<Bfloat16> {
  using type = float;
};
template <class Scalar> using Accumulated = typename AccumulatedIn<std::remove_const_t<Scalar>>::type;

}  // namespace attune
