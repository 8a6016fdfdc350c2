// attention/teams/scores.hpp
//
// The pairs of a tile that a thread holds, one after another, and what makes scores of products.
#pragma once

#include "attention/teams/passes.hpp"

namespace attune::attention::teams {

struct Place {
  int held, r, c;  // of the state
  int row, column;  // of the tile
  Index own, passing;
  bool there;  // beyond the last row comes the last again, for which no branch is needed
};

template <bool of_keys> KOKKOS_INLINE_FUNCTION Index query_of(const Place& at) {
  return of_keys ? at.passing : at.own;
}
template <bool of_keys> KOKKOS_INLINE_FUNCTION Index key_of(const Place& at) {
  return of_keys ? at.own : at.passing;
}

template <class G> struct Pairs {
  const Member& member;
  Tile tile;
  Index own_end, passing_end;

  template <class Visit> KOKKOS_INLINE_FUNCTION void visit(const Visit& each_pair) const {
    const int own_left = at_most(own_end - tile.own, G::own),
              passing_left = at_most(passing_end - tile.passing, G::passing);
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>([&](int r) {
        const int row = own_row<G>(t, r);
        const Index own = tile.own + Kokkos::min(row, own_left - 1);
        repeat<G::columns>([&](int c) {
          const int column = passing_row<G>(t, c);
          each_pair(Place{n, r, c, row, column, own, tile.passing + Kokkos::min(column, passing_left - 1),
                          row < own_left && column < passing_left});
        });
      });
    });
  }
};

// t_ij from q_i . k_j, -infinity where there is no such pair.
template <bool of_keys = false, class G, class Problem, class Unit, class State>
KOKKOS_INLINE_FUNCTION void finish_scores(const Pairs<G>& pairs, const Problem& problem, const Unit& unit,
                                          State (&state)[G::held]) {
  pairs.visit([&](const Place& at) {
    auto& score = state[at.held].score[at.r][at.c];
    const auto t = problem.score(unit, query_of<of_keys>(at), key_of<of_keys>(at), score);
    score = at.there ? t : minus_infinity<decltype(t + t)>;
  });
  if (problem.has_prior())
    pairs.visit([&](const Place& at) {
      state[at.held].score[at.r][at.c] += problem.prior(unit, query_of<of_keys>(at), key_of<of_keys>(at));
    });
}

}  // namespace attune::attention::teams
