// attention/dense/forward_teams.hpp
//
// A team a tile of queries of a head: keys and values pass through scratch a tile at a time, and sums stay in
// registers (teams/forward.hpp). Nothing of M x N is stored.
#pragma once

#include "attention/dense/heads.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct ForwardHeads : Heads<Scalar, Bias, Mask> {
  using Unit = typename Heads<Scalar, Bias, Mask>::Unit;
  PerHead<Scalar> gains, sinks;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION Scalar sink(const Unit& u) const { return sinks.at(u.h); }
  KOKKOS_FUNCTION Scalar opening(const Unit& u, Index, Index) const { return gains.at(u.h); }
  KOKKOS_FUNCTION teams::Rows<Scalar> o(const Unit& u) const { return rows_of(out.o, u.b, u.h); }
  KOKKOS_FUNCTION Scalar& lse(const Unit& u, Index i) const { return out.lse(u.b, u.h, i); }
};

template <class Scalar, class Bias, class Mask>
void forward_teams(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  teams::forward("attention::dense::forward_teams",
                 ForwardHeads<Scalar, Bias, Mask>{heads_of(score_of(in, bias, mask), in.v),
                                                  {in.gain, Scalar(1)},
                                                  {in.sink, minus_infinity<Scalar>},
                                                  out});
}

}  // namespace attune::attention::dense
