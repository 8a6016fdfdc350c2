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
//   has_prior(), prior(unit, i, j)             what is added to t_ij where there is any
//   ranges, keys(unit, i), queries(unit, j)    whether rows can be skipped, and which cannot
//   lse, delta(unit, i), gain(unit)            l_i, delta_i, what multiplies d_o
#pragma once

#include "attention/teams/scores.hpp"

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
  KOKKOS_FUNCTION Index passing_end() const {
    return of_keys ? problem.extents.queries : problem.extents.keys;
  }
  KOKKOS_FUNCTION Range range(const Unit& unit, Index first) const {
    if constexpr (Problem::ranges)
      return range_of_rows<G>(member, first, own_end(), weights(), [&](Index row) {
        return of_keys ? problem.queries(unit, row) : problem.keys(unit, row);
      });
    return {0, passing_end()};
  }

  KOKKOS_FUNCTION Pairs<G> pairs(const Tile& tile) const { return {member, tile, own_end(), passing_end()}; }
  KOKKOS_FUNCTION Scalar& weight(int row, int column) const {
    return weights()[row * G::passing_pitch + column];
  }

  // p into scratch.
  template <class State>
  KOKKOS_FUNCTION void find_weights(const Unit& unit, const Tile& tile, State (&state)[G::held]) const {
    const auto q = problem.q(unit), k = problem.k(unit);
    find_scores<G, G::chunk_pitch>(
        member,
        Scores<Scalar>{of_keys ? k : q, of_keys ? q : k, own_end(), passing_end(), problem.extents.width},
        tile, own(), passing(), state);
    finish_scores<of_keys>(pairs(tile), problem, unit, state);
    pairs(tile).visit([&](const Place& at) {
      const Scalar t = state[at.held].score[at.r][at.c];
      const Scalar p = Kokkos::exp(t - problem.lse(unit, query_of<of_keys>(at)));
      weight(at.row, at.column) = t != minus_infinity<Scalar> ? p : Scalar(0);  // l is -infinity too, maybe
    });
  }

  // d_t takes the place of p in scratch, times `factor`, which are the numbers of a thread.
  template <class State>
  KOKKOS_FUNCTION void find_slopes(const Unit& unit, const Tile& tile, Scalar factor,
                                   State (&state)[G::held]) const {
    const auto d_o = problem.d_o(unit), v = problem.v(unit);
    find_scores<G, G::chunk_pitch>(member,
                                   Scores<Scalar>{of_keys ? v : d_o, of_keys ? d_o : v, own_end(),
                                                  passing_end(), problem.extents.value_width},
                                   tile, own(), passing(), state);
    const auto gain = problem.gain(unit);
    pairs(tile).visit([&](const Place& at) {
      const Scalar d_p = scaled(gain, state[at.held].score[at.r][at.c]);
      Scalar& of_pair = weight(at.row, at.column);
      of_pair = factor * of_pair * (d_p - problem.delta(unit, query_of<of_keys>(at)));
    });
  }
};

}  // namespace attune::attention::teams
