// attention/scores.hpp
//
// The score of query i and key j along edge e of head h, for operators that list the keys of a query:
//
//   z_e = (scale q_i . k_j + b_e) / tau
//
// Shapes   q (H, M, D); k (G, N, D), head h reads group h / (H / G); b (H|1, edges); tau (H|1). An empty b is
//          0, an empty tau is 1
#pragma once

#include "attention/rows.hpp"
#include "attention/score_scale.hpp"
#include "core/core/require.hpp"

namespace attune::attention {

template <class Scalar> struct Scores {
  View3<const Scalar> q, k;
  View2<const Scalar> bias;
  View1<const Scalar> temperature;
  Scalar scale;

  KOKKOS_FUNCTION Index heads() const { return q.extent(0); }
  KOKKOS_FUNCTION Index queries() const { return q.extent(1); }
  KOKKOS_FUNCTION Index width() const { return q.extent(2); }
  KOKKOS_FUNCTION Index groups() const { return k.extent(0); }
  KOKKOS_FUNCTION Index group(Index h) const { return h / (heads() / groups()); }

  KOKKOS_FUNCTION Scalar tau(Index h) const {
    if (temperature.size() == 0) return 1;
    return temperature(temperature.extent(0) == 1 ? 0 : h);
  }
  KOKKOS_FUNCTION Scalar b(Index h, Index e) const {
    if (bias.size() == 0) return 0;
    return bias(bias.extent(0) == 1 ? 0 : h, e);
  }
  KOKKOS_FUNCTION Scalar operator()(Index h, Index i, Index j, Index e) const {
    return (scale * dot(row(q, h, i), row(k, group(h), j), width()) + b(h, e)) / tau(h);
  }
};

// May an array that every head has, or all share, have this extent along its heads? Empty ones may.
template <class View> bool heads_fit(const View& view, Index heads) {
  return view.size() == 0 || static_cast<Index>(view.extent(0)) == heads ||
         static_cast<Index>(view.extent(0)) == 1;
}

// Throws BrokenPromise unless q (H, M, D), k (G, N, D), v (G, N, E), o (H, M, E), lse (H, M) fit together and
// H divides into the groups. `In` and `Out` are the Inputs and Outputs of an operator.
template <class In, class Out> void require_rows_fit(const In& in, const Out& out) {
  const auto heads = in.q.extent(0), queries = in.q.extent(1), groups = in.k.extent(0);
  require(groups > 0 ? heads % groups == 0 : heads == 0, "the groups of k divide the heads of q");
  require(in.k.extent(2) == in.q.extent(2), "q and k have rows of one width");
  require(in.v.extent(0) == groups && in.v.extent(1) == in.k.extent(1), "v has the keys of k");
  require(out.o.extent(0) == heads && out.o.extent(1) == queries && out.o.extent(2) == in.v.extent(2),
          "o has the queries of q and the width of v");
  require(out.lse.extent(0) == heads && out.lse.extent(1) == queries, "lse has the queries of q");
  require(heads_fit(in.temperature, heads), "one temperature, or one a head");
}

}  // namespace attune::attention
