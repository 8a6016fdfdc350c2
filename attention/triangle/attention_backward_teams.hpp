// attention/triangle/attention_backward_teams.hpp
//
// backward by teams: a pass for queries and one for keys of each row and head, and one for the biases, in
// which a team owns a tile of pairs and runs over the rows r one by one and in Scalar, from what d_bias holds
// under Store::add, so that the chunks of rows of several calls give the bits of one.
#pragma once

#include "attention/teams/backward.hpp"
#include "attention/teams/pairs.hpp"
#include "attention/triangle/attention_pullback.hpp"
#include "attention/triangle/attention_teams.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node> struct BackwardTriangles : Triangles<Scalar, Node> {
  using Unit = typename Triangles<Scalar, Node>::Unit;
  View5<const Scalar> d_a;
  View4<const Scalar> of_lse, of_delta;
  View5<Scalar> of_q, of_k, of_v;
  Index members = 1;

  KOKKOS_FUNCTION teams::Rows<const Scalar> d_o(const Unit& u) const { return this->values_of(d_a, u); }
  KOKKOS_FUNCTION Scalar lse(const Unit& u, Index i) const { return *this->values_of(of_lse, u)(i); }
  KOKKOS_FUNCTION Scalar delta(const Unit& u, Index i) const { return *this->values_of(of_delta, u)(i); }
  KOKKOS_FUNCTION teams::One gain(const Unit&) const { return {}; }
  KOKKOS_FUNCTION Scalar factor(const Unit&) const { return this->scores.scale; }
  KOKKOS_FUNCTION teams::Rows<Scalar> d_q(const Unit& u) const { return this->widths_of(of_q, u); }
  KOKKOS_FUNCTION teams::Rows<Scalar> d_k(const Unit& u) const { return this->widths_of(of_k, u); }
  KOKKOS_FUNCTION teams::Rows<Scalar> d_v(const Unit& u) const {
    return of_v.size() > 0 ? this->values_of(of_v, u) : teams::Rows<Scalar>{nullptr, 0};
  }
};

template <class Scalar, class Node> struct BiasSums {
  using Sum = Scalar;
  Layout<Node> layout;
  View4<Scalar> d_bias;
  Store into_bias;
  Index owners, count;  // B H, R

  KOKKOS_FUNCTION Index unit(Index owner, Index row) const {
    const Index heads = layout.shape.heads;
    return (owner / heads * layout.shape.rows + row) * heads + owner % heads;
  }
  KOKKOS_FUNCTION Scalar& at(Index owner, Index i, Index j) const {
    return d_bias.data()[layout.bias(owner / layout.shape.heads, owner % layout.shape.heads, i, j)];
  }
  KOKKOS_FUNCTION Scalar start(Index owner, Index i, Index j) const {
    return into_bias == Store::add ? at(owner, i, j) : Scalar(0);
  }
  template <class Unit> KOKKOS_FUNCTION Scalar term(const Unit&, Index, Index, Scalar d_s) const {
    return d_s;
  }
  KOKKOS_FUNCTION void store(Index owner, Index i, Index j, Scalar sum) const { at(owner, i, j) = sum; }
};

template <class Scalar, class Node>
void backward_teams(const Pullback<Scalar, Node>& pullback, const Gradients<Scalar>& gradients) {
  const Layout<Node>& layout = pullback.score.layout;
  const BackwardTriangles<Scalar, Node> rows{triangles_of(pullback.score, pullback.v),
                                             pullback.d_a,
                                             pullback.lse,
                                             pullback.delta,
                                             gradients.d_q,
                                             gradients.d_k,
                                             gradients.d_v};
  if (gradients.d_q.size() > 0) teams::backward<false>("attention::triangle::backward_queries_teams", rows);
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    teams::backward<true>("attention::triangle::backward_keys_teams", rows);
  if (gradients.d_bias.size() > 0)
    teams::backward_pairs(
        "attention::triangle::backward_bias_teams", rows,
        BiasSums<Scalar, Node>{layout, gradients.d_bias, gradients.into_bias,
                               layout.shape.batches * layout.shape.heads, layout.shape.rows});
}

}  // namespace attune::attention::triangle
