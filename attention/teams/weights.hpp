// attention/teams/weights.hpp
//
// A tile of weights and of slopes of scores, as every pass of backward finds them:
//
//   p_ij = exp(t_ij - l_i)        d_t_ij = p_ij (gain d_o_i . v_j - delta_i)
//
// Own rows are queries, or keys where `of_keys`. A problem is a struct with
//
//   Number, extents, unit(n)                   what attends to what: batches, heads, rows
//   q, k, v, d_o(unit)                         Rows
//   score(unit, i, j, dot)                     t_ij, -infinity where the pair takes no part
//   ranges, keys(unit, i), queries(unit, j)    whether rows can be skipped, and which cannot
//   lse, delta(unit, i), gain(unit)            l_i, delta_i, what multiplies d_o
#pragma once

#include "attention/teams/passes.hpp"

namespace attune::attention::teams {

template <class Problem, bool of_keys> struct Weights {
  using Scalar = typename Problem::Number;
  using G = Geometry<Scalar>;
  using Unit = typename Problem::Unit;
  const Problem& problem;
  const Member& member;
  Scalar* memory;

  static constexpr int numbers = G::own_chunk + G::passing_chunk + G::weights;
  static_assert(G::ranges <= G::weights);
  KOKKOS_FUNCTION Scalar* own() const { return memory; }
  KOKKOS_FUNCTION Scalar* passing() const { return memory + G::own_chunk; }
  KOKKOS_FUNCTION Scalar* weights() const { return memory + G::own_chunk + G::passing_chunk; }

  KOKKOS_FUNCTION Index own_end() const { return of_keys ? problem.extents.keys : problem.extents.queries; }
  KOKKOS_FUNCTION Index passing_end() const { return of_keys ? problem.extents.queries : problem.extents.keys; }
  KOKKOS_FUNCTION Range range(const Unit& unit, Index first) const {
    if constexpr (Problem::ranges)
      return range_of_rows<G>(member, first, own_end(), weights(), [&](Index row) {
        return of_keys ? problem.queries(unit, row) : problem.keys(unit, row);
      });
    return {0, passing_end()};
  }

  // visit(thread, place of its state, r, c, i, j, place of the weight, whether there is such a pair); pairs
  // beyond the last are the last again.
  template <class Visit> KOKKOS_FUNCTION void visit_pairs(const Tile& tile, const Visit& visit) const {
    const int own_left = at_most(own_end() - tile.own, G::own),
              passing_left = at_most(passing_end() - tile.passing, G::passing);
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>([&](int r) {
        const Index own_at = tile.own + Kokkos::min(own_row<G>(t, r), own_left - 1);
        Scalar* const of_row = weights() + own_row<G>(t, r) * G::passing_pitch;
        repeat<G::columns>([&](int c) {
          const int column = passing_row<G>(t, c);
          const Index passing_at = tile.passing + Kokkos::min(column, passing_left - 1);
          const bool there = own_row<G>(t, r) < own_left && column < passing_left;
          visit(n, r, c, of_keys ? Tile{passing_at, own_at} : Tile{own_at, passing_at}, of_row[column], there);
        });
      });
    });
  }

  // p into scratch.
  template <class State>
  KOKKOS_FUNCTION void find_weights(const Unit& unit, const Tile& tile, State (&state)[G::held]) const {
    const auto q = problem.q(unit), k = problem.k(unit);
    find_scores<G, G::chunk_pitch>(
        member, Scores<Scalar>{of_keys ? k : q, of_keys ? q : k, own_end(), passing_end(), problem.extents.width},
        tile, own(), passing(), state);
    visit_pairs(tile, [&](int n, int r, int c, const Tile& pair, Scalar& weight, bool there) {
      const Scalar t = problem.score(unit, pair.own, pair.passing, state[n].score[r][c]);
      const Scalar p = Kokkos::exp(t - problem.lse(unit, pair.own));
      weight = there && t != minus_infinity<Scalar> ? p : Scalar(0);  // l is -infinity too, maybe
    });
  }

  // d_t takes the place of p in scratch, times `factor`, which are the numbers of a thread.
  template <class State>
  KOKKOS_FUNCTION void find_slopes(const Unit& unit, const Tile& tile, Scalar factor,
                                   State (&state)[G::held]) const {
    const auto d_o = problem.d_o(unit), v = problem.v(unit);
    find_scores<G, G::chunk_pitch>(member,
                                   Scores<Scalar>{of_keys ? v : d_o, of_keys ? d_o : v, own_end(), passing_end(),
                                                  problem.extents.value_width},
                                   tile, own(), passing(), state);
    const auto gain = problem.gain(unit);
    visit_pairs(tile, [&](int n, int r, int c, const Tile& pair, Scalar& weight, bool) {
      weight = factor * weight * (scaled(gain, state[n].score[r][c]) - problem.delta(unit, pair.own));
    });
  }
};

}  // namespace attune::attention::teams
