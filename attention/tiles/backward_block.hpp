// attention/tiles/backward_block.hpp
//
// The gradients of a block of queries and some keys, from the saved l_i; the queries lie along the lanes:
//
//   p_ij = 2^{(t_ij - l_i) log2(e)}    d_p_ij = d_o_i . v_j    d_t_ij = p_ij (gain d_p_ij - delta_i)
//   d_v_j += gain sum_i p_ij d_o_i     d_k_j += sum_i d_t_ij q_i     d_q_i += sum_j d_t_ij k_j
//
// The scores and d_t of a few keys stay in registers; p and d_t of the block stay in the first cache for the
// three sums. q_i carries scale / tau, and so does d_k; d_q gets it at the end.
//
// Source   backward from the saved l_i [dao2022, algorithm 4]
// Shapes   q_t, d_q_t (D, P), d_o_t (E, P); q (P, D'), g = gain d_o (P, E'): D', E' rounded up to whole
//          registers, zeros beyond; minus_l, the rest that its rounding lost (else a whole row would be wrong alike)
//          and minus_delta (P); p, d_t (keys, P); d_k (keys, D'), d_v (keys, E')
// Cost     2 P keys (3 D + 2 E) flops, P keys exponentials
#pragma once

#include "attention/tiles/forward_block.hpp"

namespace attune::attention::tiles {

// What a block leaves of some keys. Rows of d_k and d_v lie D' and E' apart; null: nobody asks.
template <class Scalar> struct KeyGradients { Scalar *d_k, *d_v; };

template <class Scalar> struct BackwardBlock {
  Index width, value_width;  // D, E
  int vectors;
  bool asks_queries;  // for d_q
  Scalar gain = 1;
  Scalar *q_t = nullptr, *d_o_t = nullptr, *d_q_t = nullptr, *q = nullptr, *g = nullptr;
  Scalar *minus_l = nullptr, *minus_l_rest = nullptr, *minus_delta = nullptr;

  static Index padded(Index width);
  static Index numbers(Index width, Index value_width, int vectors);
  Index pitch() const { return vectors * simd::width<Scalar>; }

  // Lays the block into `numbers` of memory. `factor` is scale / tau; a row of q every q_pitch numbers and of
  // d_o every d_o_pitch. Then set() tells l and delta of each lane, -infinity for a lane without a query.
  void start(Scalar* memory, int queries, const Rows<Scalar>& queries_q, const Rows<Scalar>& d_o,
             Scalar factor);

  void set(int query, Scalar l, Scalar delta);

  // (keys, P) each. p and d_t are left for who wants them; `scores` and d_p, where asked for, get
  // (t - l) log2(e) and d_o . v.
  struct Tiles {
    Scalar *p, *d_t, *scores = nullptr, *d_p = nullptr;
  };
  void absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys, const Additive<Scalar>& additive,
              const Tiles& tiles, const KeyGradients<Scalar>& gradients) const;

  // Rows of d_q every `pitch` numbers.
  void finish(int queries, Scalar factor, Scalar* d_q, Index d_q_pitch) const;
};

extern template struct BackwardBlock<float>;
extern template struct BackwardBlock<double>;

}  // namespace attune::attention::tiles
