// attention/teams/pairs.hpp
//
// The gradient of numbers that several units share, pair by pair: a team owns a tile of pairs and runs over
// the units in order, sums in registers,
//
//   d_ij = start_ij + sum_u d_t_ij slope_ij
//
// `sums` is a struct with
//
//   Sum                       the type of a sum
//   owners, count             tiles of pairs, and units that share each; unit(owner, n) the n-th of them
//   start(owner, i, j)        what a sum begins with
//   term(unit, i, j, d_t)     what is added to it
//   store(owner, i, j, sum)
#pragma once

#include "attention/teams/weights.hpp"

namespace attune::attention::teams {

template <class Problem, class Sums> struct BackwardPairs {
  using Scalar = typename Problem::Number;
  using G = Geometry<Scalar>;
  using Unit = typename Problem::Unit;
  using Found = Weights<Problem, false>;
  Problem problem;
  Sums sums;

  struct State {
    Scalar score[G::rows][G::columns];
    typename Sums::Sum sum[G::rows][G::columns];
  };

  Index teams() const {
    return sums.owners * tiles_of(problem.extents.queries, G::own) *
           tiles_of(problem.extents.keys, G::passing);
  }

  KOKKOS_FUNCTION void operator()(const Member& member) const {
    const Extents& s = problem.extents;
    const Found found{problem, member, scratch_of<Scalar>(member, Found::numbers)};
    const Index down = tiles_of(s.queries, G::own), across = tiles_of(s.keys, G::passing);
    const Index owner = member.league_rank() / (down * across);
    const Tile tile{member.league_rank() / across % down * G::own,
                    member.league_rank() % across * G::passing};

    State state[G::held];
    const Pairs<G> pairs = found.pairs(tile);
    pairs.visit(
        [&](const Place& at) { state[at.held].sum[at.r][at.c] = sums.start(owner, at.own, at.passing); });
    for (Index u = 0; u < sums.count; ++u) {
      const Unit unit = problem.unit(sums.unit(owner, u));
      const Range range = found.range(unit, tile.own);
      if (range.end <= tile.passing || range.begin >= tile.passing + G::passing) continue;
      found.find_weights(unit, tile, state);
      found.find_slopes(unit, tile, Scalar(1), state);
      pairs.visit([&](const Place& at) {
        const Scalar d_t = found.weight(at.row, at.column);
        state[at.held].sum[at.r][at.c] += sums.term(unit, at.own, at.passing, d_t);
      });
    }
    pairs.visit([&](const Place& at) {
      if (at.there) sums.store(owner, at.own, at.passing, state[at.held].sum[at.r][at.c]);
    });
  }
};

template <class Problem, class Sums>
void backward_pairs(const std::string& label, const Problem& problem, const Sums& sums) {
  const BackwardPairs<Problem, Sums> body{problem, sums};
  using Scalar = typename Problem::Number;
  launch<Geometry<Scalar>::threads, 2>(label, body.teams(), Weights<Problem, false>::numbers * sizeof(Scalar),
                                       body);
}

}  // namespace attune::attention::teams
