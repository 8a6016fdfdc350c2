// attention/teams/backward.hpp
//
// The gradients of the rows of a device, a pass for queries and one for keys, each of which finds p anew from
// l: a team keeps a tile of rows and lets the others pass, a tile at a time, and sums in registers
//
//   of queries   d_q_i = factor sum_j d_t_ij k_j
//   of keys      d_k_j = factor sum_i d_t_ij q_i      d_v_j = gain sum_i p_ij d_o_i
//
// over the units that share the keys, one after another. Gradients wider than the team holds are slices, each
// a team of its own that finds the weights anew. A problem has, beside what weights.hpp asks for,
//
//   members, owners     units that share their keys; unit(owner members + m) is the m-th of an owner
//   factor(unit)        d t / d (q . k)
//   d_q, d_k, d_v(unit) where gradients go; null where nobody asks
#pragma once

#include "attention/teams/weights.hpp"

namespace attune::attention::teams {

template <class Problem, bool of_keys> struct Backward {
  using Scalar = typename Problem::Number;
  using G = Geometry<Scalar>;
  using Unit = typename Problem::Unit;
  using Found = Weights<Problem, of_keys>;
  Problem problem;

  struct State {
    Scalar score[G::rows][G::columns], first[G::rows][G::outputs];
    Scalar second[G::rows][of_keys ? G::outputs : 1];
  };

  KOKKOS_FUNCTION Index members() const { return of_keys ? problem.members : 1; }
  KOKKOS_FUNCTION Index owners() const { return problem.extents.units / members(); }
  Index slices() const {
    const Extents& s = problem.extents;
    return Kokkos::max(Index(1), tiles_of(of_keys ? Kokkos::max(s.width, s.value_width) : s.width, G::width));
  }
  Index blocks() const { return tiles_of(of_keys ? problem.extents.keys : problem.extents.queries, G::own); }
  Index teams() const { return members() > 0 ? owners() * slices() * blocks() : 0; }

  KOKKOS_FUNCTION void operator()(const Member& member) const {
    const Extents& s = problem.extents;
    const Found found{problem, member, scratch_of<Scalar>(member, Found::numbers)};
    const Index blocks = tiles_of(found.own_end(), G::own), above = member.league_rank() / blocks;
    const Index owner = above % owners(), column = above / owners() * G::width;
    const Index block = member.league_rank() % blocks;
    // With a causal mask the last queries have the most keys, and the first keys the most queries: they begin
    // first.
    const Index first = (of_keys ? block : blocks - 1 - block) * G::own;

    State state[G::held];
    each<G::threads>(member, [&](int, int n) {
      repeat<G::rows>([&](int r) {
        repeat<G::outputs>([&](int x) {
          state[n].first[r][x] = 0;
          if constexpr (of_keys) state[n].second[r][x] = 0;
        });
      });
    });
    for (Index m = 0; m < members(); ++m) {
      const Unit unit = problem.unit(owner * members() + m);
      const Range range = found.range(unit, first);
      for (Index at = range.begin; at < range.end; at += G::passing)
        pass(found, unit, {first, at}, column, state);
    }
    const Unit unit = problem.unit(owner * members());
    const Tile place{first, column};
    if constexpr (of_keys) {
      write<&State::first>(member, problem.d_k(unit), place, s.width, state);
      write<&State::second>(member, problem.d_v(unit), place, s.value_width, state);
    } else {
      write<&State::first>(member, problem.d_q(unit), place, s.width, state);
    }
  }

  KOKKOS_FUNCTION void pass(const Found& found, const Unit& unit, const Tile& tile, Index column,
                            State (&state)[G::held]) const {
    const Extents& s = problem.extents;
    const Member& member = found.member;
    found.find_weights(unit, tile, state);
    if constexpr (of_keys)
      add_rows<G, &State::second>(
          member, Part<Scalar>{problem.d_o(unit), tile.passing, found.passing_end(), column, s.value_width},
          problem.gain(unit), found.weights(), found.passing(), state);
    found.find_slopes(unit, tile, problem.factor(unit), state);
    const auto q = problem.q(unit), k = problem.k(unit);
    add_rows<G, &State::first>(
        member, Part<Scalar>{of_keys ? q : k, tile.passing, found.passing_end(), column, s.width}, One(),
        found.weights(), found.passing(), state);
  }

  // `place`: the first own row and the first number of a row.
  template <auto sum>
  KOKKOS_FUNCTION void write(const Member& member, const Rows<Scalar>& to, const Tile& place, Index width,
                             const State (&state)[G::held]) const {
    if (to.data == nullptr) return;
    const Index end = of_keys ? problem.extents.keys : problem.extents.queries;
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>([&](int r) {
        const Index row = place.own + own_row<G>(t, r);
        repeat<G::outputs>([&](int x) {
          const Index at = place.passing + output_column<G>(t, x);
          if (row < end && at < width) to(row)[at] = (state[n].*sum)[r][x];
        });
      });
    });
  }
};

template <bool of_keys, class Problem> void backward(const std::string& label, const Problem& problem) {
  const Backward<Problem, of_keys> body{problem};
  using Scalar = typename Problem::Number;
  launch<Geometry<Scalar>::threads, of_keys ? 2 : 3>(
      label, body.teams(), Weights<Problem, of_keys>::numbers * sizeof(Scalar), body);
}

}  // namespace attune::attention::teams
