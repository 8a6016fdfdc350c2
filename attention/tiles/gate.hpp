// attention/tiles/gate.hpp
//
// The logistic function in registers: sigmoid(x) = 1 / (1 + e^-x), from e^-|x| alone, so that it is exactly 0
// and 1 where a gate is shut or open altogether.
#pragma once

#include "attention/tiles/forward_block.hpp"

namespace attune::attention::tiles {

template <class Scalar> ATTUNE_INLINE simd::Vector<Scalar> sigmoid(simd::Vector<Scalar> x) {
  const auto zero = simd::splat(Scalar(0)), one = simd::splat(Scalar(1));
  const auto e = simd::exp2(-simd::max(x, zero - x) * simd::splat(log2_e<Scalar>));
  const auto share = one / (one + e);
  return simd::select_less(x, zero, e * share, share);
}

// visit(first, count) of `width` numbers, a register at a time; the last may hold fewer.
template <class Scalar, class Visit> ATTUNE_INLINE void in_registers(Index width, const Visit& visit) {
  constexpr Index W = simd::width<Scalar>;
  for (Index e = 0; e < width; e += W) visit(e, e + W <= width ? W : width - e);
}

template <class Scalar> ATTUNE_INLINE simd::Vector<Scalar> load_some(const Scalar* from, Index count) {
  if (count == simd::width<Scalar>) return simd::load(from);
  Scalar lane[simd::width<Scalar>] = {};
  for (Index l = 0; l < count; ++l) lane[l] = from[l];
  return simd::load(lane);
}
template <class Scalar> ATTUNE_INLINE void store_some(Scalar* to, simd::Vector<Scalar> x, Index count) {
  if (count == simd::width<Scalar>) return simd::store(to, x);
  Scalar lane[simd::width<Scalar>];
  simd::store(lane, x);
  for (Index l = 0; l < count; ++l) to[l] = lane[l];
}

}  // namespace attune::attention::tiles
