// attention/dense/backward_teams.hpp
//
// backward by teams: a pass for queries, one for keys over the heads of their group, one for each array of
// numbers that pairs share (teams/backward.hpp, pairs.hpp). What a row adds to the gradients of a head's
// parameters, a table, and numbers that queries or keys share go by the threads of backward_streaming.hpp.
#pragma once

#include "attention/dense/backward_streaming.hpp"
#include "attention/dense/heads.hpp"
#include "attention/teams/backward.hpp"
#include "attention/teams/pairs.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct BackwardHeads : Heads<Scalar, Bias, Mask> {
  using Unit = typename Heads<Scalar, Bias, Mask>::Unit;
  View4<const Scalar> of_o;
  View3<const Scalar> of_lse, of_delta;
  PerHead<Scalar> gains;
  View4<Scalar> of_q = {}, of_k = {}, of_v = {};
  Index members = 1;

  KOKKOS_FUNCTION teams::Rows<const Scalar> d_o(const Unit& u) const { return rows_of(of_o, u.b, u.h); }
  KOKKOS_FUNCTION Scalar lse(const Unit& u, Index i) const { return of_lse(u.b, u.h, i); }
  KOKKOS_FUNCTION Scalar delta(const Unit& u, Index i) const { return of_delta(u.b, u.h, i); }
  KOKKOS_FUNCTION Scalar gain(const Unit& u) const { return gains.at(u.h); }
  KOKKOS_FUNCTION Scalar factor(const Unit& u) const { return this->scores.scale * u.inverse_temperature; }

  KOKKOS_FUNCTION teams::Rows<Scalar> d_q(const Unit& u) const { return gradient(of_q, u.b, u.h); }
  KOKKOS_FUNCTION teams::Rows<Scalar> d_k(const Unit& u) const {
    return gradient(of_k, u.b, this->scores.group(u.h));
  }
  KOKKOS_FUNCTION teams::Rows<Scalar> d_v(const Unit& u) const {
    return gradient(of_v, u.b, this->scores.group(u.h));
  }
  KOKKOS_FUNCTION static teams::Rows<Scalar> gradient(const View4<Scalar>& x, Index a, Index b) {
    return x.size() > 0 ? rows_of(x, a, b) : teams::Rows<Scalar>{nullptr, 0};
  }
};

// The sums of an array (B|1, H|1, M, N) of numbers that are added to scores.
template <class Scalar, class Source> struct SharedPairs {
  using Sum = double;
  Source source;
  Added added;
  PerHead<Scalar> temperature;
  View4<Scalar> d_pairs;
  Index owners, count, of_owner, of_count;  // unit owner of_owner + n of_count

  KOKKOS_FUNCTION Index unit(Index owner, Index n) const { return owner * of_owner + n * of_count; }
  KOKKOS_FUNCTION double start(Index, Index, Index) const { return 0; }
  template <class Unit> KOKKOS_FUNCTION double term(const Unit& u, Index i, Index j, Scalar d_t) const {
    const double factor = added == Added::before_temperature ? 1 / double(temperature.at(u.h)) : 1;
    return factor * double(d_t) * double(source.slope(u.b, u.h, i, j));
  }
  KOKKOS_FUNCTION void store(Index owner, Index i, Index j, double sum) const {
    const auto queries = static_cast<Index>(d_pairs.extent(2)), keys = static_cast<Index>(d_pairs.extent(3));
    d_pairs.data()[(owner * queries + i) * keys + j] = static_cast<Scalar>(sum);
  }
};

template <class Scalar, class Source>
SharedPairs<Scalar, Source> shared_pairs(const Source& source, Added added,
                                         const PerHead<Scalar>& temperature, const View4<Scalar>& d_pairs,
                                         const Shape& s) {
  const bool of_batch = static_cast<Index>(d_pairs.extent(0)) == s.batches,
             of_head = static_cast<Index>(d_pairs.extent(1)) == s.heads;
  const Index batches = of_batch ? s.batches : 1, heads = of_head ? s.heads : 1;
  const Index count = s.batches * s.heads / (batches * heads);
  if (of_batch)
    return {source, added, temperature, d_pairs, batches * heads, count, of_head ? 1 : s.heads, 1};
  return {source, added, temperature, d_pairs, heads, count, 1, of_head ? s.heads : 1};
}

template <class Scalar, class Bias, class Mask, class Source>
void backward_pairs_teams(const Pullback<Scalar, Bias, Mask>& pullback,
                          const BackwardHeads<Scalar, Bias, Mask>& heads, const Source& source, Added added,
                          const View4<Scalar>& d_pairs) {
  const Shape& s = pullback.score.shape;
  if (d_pairs.size() == 0) return;
  require(has_extents(d_pairs, source.pairs()),
          "d_pairs and d_prior have the shape of what they are gradients of");
  if (static_cast<Index>(d_pairs.extent(2)) == s.queries && static_cast<Index>(d_pairs.extent(3)) == s.keys)
    teams::backward_pairs("attention::dense::backward_pairs_teams", heads,
                          shared_pairs(source, added, pullback.score.temperature, d_pairs, s));
  else
    backward_pairs(pullback, source, added, d_pairs);
}

// As pull_back.
template <class Scalar, class Bias, class Mask>
void pull_back_teams(const Pullback<Scalar, Bias, Mask>& pullback, const bias::Tensor<Scalar>& prior,
                     const Gradients<Scalar>& gradients) {
  const Shape& s = pullback.score.shape;
  const BackwardHeads<Scalar, Bias, Mask> heads{heads_of(pullback.score, pullback.v),
                                                pullback.d_o,
                                                pullback.lse,
                                                pullback.delta,
                                                pullback.gain,
                                                gradients.d_q,
                                                gradients.d_k,
                                                gradients.d_v,
                                                s.groups > 0 ? s.heads / s.groups : 0};
  if (gradients.d_q.size() > 0) teams::backward<false>("attention::dense::backward_queries_teams", heads);
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    teams::backward<true>("attention::dense::backward_keys_teams", heads);
  Gradients<Scalar> of_heads = gradients;
  of_heads.d_q = {};
  backward_rows(pullback, of_heads);
  backward_pairs_teams(pullback, heads, prior, Added::after_temperature, gradients.d_prior);
  if constexpr (bias::HasPairs<Bias>)
    backward_pairs_teams(pullback, heads, pullback.score.bias, Added::before_temperature, gradients.d_pairs);
  if constexpr (bias::HasTable<Bias>) backward_table(pullback, gradients.d_table);
}

}  // namespace attune::attention::dense
