// attention/triangle/attention_teams.hpp
//
// Triangle attention as a problem for teams (attention/teams/): a unit is a head of a row of pairs,
// (b R + row) H + h, its queries and keys the tokens of the row, wherever the node has them.
#pragma once

#include "attention/teams/forward.hpp"
#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

template <class Scalar> KOKKOS_FUNCTION teams::Rows<Scalar> rows_of(const Line<Scalar>& line) {
  return {line.begin, line.stride};
}

template <class Scalar, class Node> struct Triangles {
  using Number = Scalar;
  static constexpr bool ranges = false;
  Score<Scalar, Node> scores;
  View5<const Scalar> values;
  teams::Extents extents;

  struct Unit {
    Place at;
    RowScore<Scalar> row;
  };
  KOKKOS_FUNCTION Unit unit(Index n) const {
    const Shape& s = scores.layout.shape;
    const Place at{n / s.heads / s.rows, n / s.heads % s.rows, n % s.heads};
    return {at, scores.row(at)};
  }
  KOKKOS_FUNCTION teams::Rows<const Scalar> q(const Unit& u) const { return rows_of(u.row.q); }
  KOKKOS_FUNCTION teams::Rows<const Scalar> k(const Unit& u) const { return rows_of(u.row.k); }
  KOKKOS_FUNCTION teams::Rows<const Scalar> v(const Unit& u) const { return values_of(values, u); }
  KOKKOS_FUNCTION Scalar score(const Unit& u, Index i, Index j, Scalar dot) const {
    Scalar s = scores.scale * dot;
    if (u.row.bias != nullptr) s += u.row.bias[i * u.row.bias_of_query + j * u.row.bias_of_key];
    return u.row.is_key(j) ? s : minus_infinity<Scalar>;
  }
  KOKKOS_FUNCTION bool has_prior() const { return false; }
  KOKKOS_FUNCTION Scalar prior(const Unit&, Index, Index) const { return 0; }

  // Rows of an array (B, I, J, H, E), or (B, I, J, H).
  template <class View> KOKKOS_FUNCTION auto values_of(const View& x, const Unit& u) const {
    return rows_of(scores.layout.line(x.data(), u.at, View::rank() == 5 ? extents.value_width : 1));
  }
  template <class View> KOKKOS_FUNCTION auto widths_of(const View& x, const Unit& u) const {
    return rows_of(scores.layout.line(x.size() > 0 ? x.data() : nullptr, u.at, extents.width));
  }
};

template <class Scalar, class Node>
Triangles<Scalar, Node> triangles_of(const Score<Scalar, Node>& scores, const View5<const Scalar>& v) {
  const Shape& s = scores.layout.shape;
  return {scores, v, {s.batches * s.rows * s.heads, s.tokens, s.tokens, s.width, s.value_width}};
}

template <class Scalar, class Node> struct ForwardTriangles : Triangles<Scalar, Node> {
  using Unit = typename Triangles<Scalar, Node>::Unit;
  View5<const Scalar> gate;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION Scalar sink(const Unit&) const { return minus_infinity<Scalar>; }
  KOKKOS_FUNCTION Scalar opening(const Unit& u, Index i, Index e) const {
    return gate.data() == nullptr ? Scalar(1) : sigmoid(this->values_of(gate, u)(i)[e]);
  }
  KOKKOS_FUNCTION teams::Rows<Scalar> o(const Unit& u) const { return this->values_of(out.o, u); }
  KOKKOS_FUNCTION Scalar& lse(const Unit& u, Index i) const { return *this->values_of(out.lse, u)(i); }
};

template <class Scalar, class Node>
void forward_teams(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out) {
  teams::forward("attention::triangle::forward_teams",
                 ForwardTriangles<Scalar, Node>{triangles_of(score_of(in, node), in.v),
                                                in.gate.size() > 0 ? in.gate : View5<const Scalar>(), out});
}

}  // namespace attune::attention::triangle
