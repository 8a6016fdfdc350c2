// solvers/traffic/lanes.hpp
//
// exp and tanh of a register of doubles, right to a few units of the last place wherever they are taken.
//
// Equation  exp(x)   2^t (1 + c log 2),  t + c = x log2(e) in more digits than t holds
//           tanh(x)  |x| < 5/8:  x + x^3 P(x^2) / Q(x^2);  else sign(x) [1 - 2 / (exp(2 |x|) + 1)]
// Source    P, Q of Cephes, tanh.c [moshier1989]; the reduction of exp after [cody1980]
// Limits    exp: x below -708 is taken for -708, above 709 for 709; a NaN stays one
// Cost      one 2^t each; tanh one division
#pragma once

#include "core/core/simd.hpp"

namespace attune::traffic::lanes {

using Register = simd::Vector<double>;

// x, within [least, most].
ATTUNE_INLINE Register clamp(Register x, double least, double most) {
  const Register low = simd::splat(least), high = simd::splat(most);
  return simd::select_less(high, x, high, simd::select_less(x, low, low, x));
}

ATTUNE_INLINE Register exponential(Register x) {
  // log 2 in two parts: whole numbers up to 2^11 times the first are exact
  constexpr double log2_e = 1.4426950408889634, log_2 = 0.6931471805599453;
  constexpr double log_2_first = 0x1.62e42fefa3800p-1, log_2_rest = 0x1.ef35793c76730p-45;
  const Register to_whole = simd::splat(simd::Exponential<double>::to_whole);
  x = clamp(x, -708, 709);
  const Register whole = (simd::multiply_add(x, simd::splat(log2_e), to_whole)) - to_whole;
  const Register rest = (x - whole * simd::splat(log_2_first)) - whole * simd::splat(log_2_rest);
  const Register part = rest * simd::splat(log2_e), sum = whole + part;
  const Register lost = part - (sum - whole), power = simd::exp2(sum);
  return simd::multiply_add(power, lost * simd::splat(log_2), power);
}

ATTUNE_INLINE Register loose_exponential(Register x) {
  const Register high = simd::splat(709.0);  // exp2 gives 0 far below
  return simd::exp2(simd::select_less(high, x, high, x) * simd::splat(1.4426950408889634));
}

ATTUNE_INLINE Register hyperbolic_tangent(Register x) {
  constexpr double p[]{-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3};
  constexpr double q[]{1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3};
  const Register size = clamp(simd::max(x, -x), 0, 22), square = size * size, one = simd::splat(1.0);
  const Register power = simd::exp2(size * simd::splat(2 * 1.4426950408889634));
  Register above = simd::multiply_add(simd::splat(p[0]), square, simd::splat(p[1]));
  Register below = square + simd::splat(q[0]);
  above = simd::multiply_add(above, square, simd::splat(p[2]));
  below = simd::multiply_add(below, square, simd::splat(q[1]));
  below = simd::multiply_add(below, square, simd::splat(q[2]));
  above = above * square * size;
  const Register border = simd::splat(0.625);
  above = simd::select_less(size, border, above, simd::splat(-2.0));
  below = simd::select_less(size, border, below, power + one);
  const Register value = simd::select_less(size, border, size, one) + above / below;
  return simd::select_less(x, simd::splat(0.0), -value, value);
}

}  // namespace attune::traffic::lanes
