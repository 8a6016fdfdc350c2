// attention/tiles/forward_block.hpp
//
// A block of queries on its way past the keys. The queries lie along the lanes, and the scores of a few keys
// stay in registers from the product to the exponential:
//
//   t'_ij = (t_ij - m_i) log2(e)     p_ij = 2^{t'_ij}     l_i = sum_j p_ij     o_i = sum_j p_ij v_j
//
// m_i, in units of log2, is a score met earlier and not always the largest: sums are rescaled only where a
// score exceeds it by more than 24, for a common factor of o_i and l_i does not round. What a query meets
// depends on its own scores alone, not on the queries beside it.
//
// Source   running softmax [milakov2018, algorithm 3]; rescaling put off [dao2022; shah2024, section 3]
// Shapes   q_t (D, P), o_t (E, P), -m, l and limit (P): P = vectors x lanes queries side by side. p (keys, P)
// Cost     2 P keys (D + E) flops, P keys exponentials; the loads hide behind the arithmetic (product.hpp)
#pragma once

#include "attention/running_softmax.hpp"
#include "attention/tiles/lanes.hpp"
#include "attention/tiles/product.hpp"

namespace attune::attention::tiles {

// Registers of queries that a block has at most, and rows of a block of keys.
inline constexpr int most_vectors = 3, most_keys = 64;

// What is added to the scores of a block before they are scaled by `factor`: (keys, P), or nothing.
template <class Scalar> struct Additive {
  const Scalar* tile = nullptr;
  Scalar factor = 0;
};

template <class Scalar> struct ForwardBlock {
  Index width, value_width;  // D, E
  int vectors;
  Scalar* q_t = nullptr;  // scale / tau log2(e) q
  Scalar *o_t = nullptr, *minus_m = nullptr, *l = nullptr, *limit = nullptr;

  static Index numbers(Index width, Index value_width, int vectors) {
    return (width + value_width + 3) * vectors * simd::width<Scalar>;
  }
  Index pitch() const { return vectors * simd::width<Scalar>; }

  // Lays the block into `numbers` of memory and empties it.
  void start(Scalar* memory);

  // Goes past some keys. `p` is work space, (keys, P).
  void absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys, const Additive<Scalar>& additive,
              Scalar* p) const;

  // o_i = gain / l_i sum_j p_ij v_j and log l_i of the first `queries`, a row of o every `pitch` numbers and
  // of l every `lse_pitch`. The sink is one more score without a value, -infinity for none. A query that met
  // no key gets 0.
  void finish(int queries, double sink, double gain, Scalar* o, Index o_pitch, Scalar* lse,
              Index lse_pitch) const;
};

extern template struct ForwardBlock<float>;
extern template struct ForwardBlock<double>;

}  // namespace attune::attention::tiles
