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
//          registers, zeros beyond, rows a cache line further apart where they would collide; minus_l, the rest
//          that its rounding lost (else a whole row would be wrong alike) and minus_delta (P); p, d_t (keys, P);
//          d_k (keys, D'), d_v (keys, E')
// Cost     2 P keys (3 D + 2 E) flops, P keys exponentials
#pragma once

#include "attention/tiles/forward_block.hpp"
#include "attention/tiles/tasks.hpp"

namespace attune::attention::tiles {

template <class Scalar> struct BackwardBlock {
  Index width, value_width;  // D, E
  int vectors;
  bool asks_queries;  // for d_q
  Scalar gain = 1;
  Scalar *q_t = nullptr, *d_o_t = nullptr, *d_q_t = nullptr, *q = nullptr, *g = nullptr;
  Scalar *minus_l = nullptr, *minus_l_rest = nullptr, *minus_delta = nullptr;

  static Index padded(Index width) { return rounded_up(width, simd::width<Scalar>); }
  static Index row(Index width) {  // from a row of q or g to the next
    return near_pitch<Scalar>(padded(width));
  }
  static Index numbers(Index width, Index value_width, int vectors) {
    return (2 * width + value_width + row(width) + row(value_width) + 3) * vectors * simd::width<Scalar>;
  }
  Index pitch() const { return vectors * simd::width<Scalar>; }

  // Lays the block into `numbers` of memory. `factor` is scale / tau; a row of q every q_pitch numbers and of
  // d_o every d_o_pitch. Then set() tells l and delta of each lane, -infinity for a lane without a query.
  void start(Scalar* memory, int queries, const Rows<Scalar>& queries_q, const Rows<Scalar>& d_o,
             Scalar factor);

  void set(int query, Scalar l, Scalar delta);

  // (keys, P) each. p and d_t are left for add_to_keys() and who else wants them; `scores` and d_p, where asked
  // for, get (t - l) log2(e) and d_o . v.
  struct Tiles {
    Scalar *p, *d_t, *scores = nullptr, *d_p = nullptr;
  };
  void absorb(const Rows<Scalar>& k, const Rows<Scalar>& v, int keys, const Additive<Scalar>& additive,
              const Tiles& tiles) const;

  // Rows of d_q every `pitch` numbers, set or added to.
  enum class Into { set, add };
  void finish(int queries, Scalar factor, Scalar* d_q, Index d_q_pitch, Into into) const;
};

// A block that has absorbed some keys, and what it left.
template <class Scalar> struct Absorbed {
  const BackwardBlock<Scalar>* block;
  const Scalar *p, *d_t;
};

// Sums of some keys, whole registers wide; null: nobody asks.
template <class Scalar> struct KeyGradients {
  Scalar* d_k;
  Index d_k_pitch;
  Scalar* d_v;
  Index d_v_pitch;
};

// d_v += sum p^T g, d_k += sum d_t^T q, block after block. Sums that several blocks add to stay in registers
// from one to the next: those of 3 registers of lanes alone are too short for what it takes to load and store
// them.
template <class Scalar>
void add_to_keys(const Absorbed<Scalar>* blocks, int count, int keys, const KeyGradients<Scalar>& sums);

extern template struct BackwardBlock<float>;
extern template struct BackwardBlock<double>;
extern template void add_to_keys(const Absorbed<float>*, int, int, const KeyGradients<float>&);
extern template void add_to_keys(const Absorbed<double>*, int, int, const KeyGradients<double>&);

}  // namespace attune::attention::tiles
