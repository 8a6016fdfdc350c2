// attention/dense/heads.hpp
//
// Dense attention as a problem for teams (attention/teams/): a unit is a head of a batch, b H + h.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/teams/forward.hpp"

namespace attune::attention::dense {

template <class Scalar>
KOKKOS_FUNCTION teams::Rows<Scalar> rows_of(const View4<Scalar>& x, Index a, Index b) {
  return {row(x, a, b, 0), static_cast<Index>(x.extent(3))};
}

template <class Scalar, class Bias, class Mask> struct Heads {
  using Number = Scalar;
  static constexpr bool ranges = HasRanges<Mask>;
  Score<Scalar, Bias, Mask> scores;
  View4<const Scalar> values;
  teams::Extents extents;

  struct Unit {
    Index b, h;
    Scalar inverse_temperature;
  };
  KOKKOS_FUNCTION Unit unit(Index n) const {
    const Index b = n / scores.shape.heads, h = n % scores.shape.heads;
    return {b, h, 1 / scores.temperature.at(h)};
  }
  KOKKOS_FUNCTION teams::Rows<const Scalar> q(const Unit& u) const { return rows_of(scores.q, u.b, u.h); }
  KOKKOS_FUNCTION teams::Rows<const Scalar> k(const Unit& u) const {
    return rows_of(scores.k, u.b, scores.group(u.h));
  }
  KOKKOS_FUNCTION teams::Rows<const Scalar> v(const Unit& u) const {
    return rows_of(values, u.b, scores.group(u.h));
  }
  KOKKOS_FUNCTION Scalar score(const Unit& u, Index i, Index j, Scalar dot) const {
    const Scalar s = scores.scale * dot + scores.bias.at(u.b, u.h, i, j);
    const Scalar t = s * u.inverse_temperature;
    return scores.mask.allows(u.b, i, j) ? t : minus_infinity<Scalar>;  // a choice costs less than a branch
  }
  KOKKOS_FUNCTION bool has_prior() const { return scores.prior.present(); }
  KOKKOS_FUNCTION Scalar prior(const Unit& u, Index i, Index j) const {
    return scores.prior.at(u.b, u.h, i, j);
  }
  KOKKOS_FUNCTION Range keys(const Unit& u, Index i) const {
    return keys_of(scores.mask, u.b, i, scores.shape.keys);
  }
  KOKKOS_FUNCTION Range queries(const Unit& u, Index j) const {
    return queries_of(scores.mask, u.b, j, scores.shape.queries);
  }
};

template <class Scalar, class Bias, class Mask>
Heads<Scalar, Bias, Mask> heads_of(const Score<Scalar, Bias, Mask>& scores, const View4<const Scalar>& v) {
  const Shape& s = scores.shape;
  return {scores, v, {s.batches * s.heads, s.queries, s.keys, s.width, s.value_width}};
}

}  // namespace attune::attention::dense
