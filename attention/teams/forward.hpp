// attention/teams/forward.hpp
//
// The softmax of a device: a team keeps a tile of queries and lets the keys pass, a tile at a time. Rows of
// scores are spread over the threads of a row of the team, which agree on its maximum through scratch and add
// up their own parts of its sum, in one order; sums of values stay in registers, and are rescaled where a
// maximum grows [dao2022]. Values wider than the team holds are slices, each a team of its own that finds the
// scores anew.
//
// A problem is a struct with
//
//   Number, extents, unit(n)                   what attends to what: batches, heads, rows
//   q, k, v, o(unit)                           Rows
//   score(unit, i, j, dot)                     t_ij, -infinity where the pair takes no part
//   has_prior(), prior(unit, i, j)             what is added to t_ij where there is any
//   ranges, keys(unit, i)                      whether keys can be skipped, and which cannot
//   sink(unit), opening(unit, i, e)            -infinity without a sink; what multiplies the finished o_ie
//   lse(unit, i)                               where l_i goes
#pragma once

#include "attention/teams/scores.hpp"

namespace attune::attention::teams {

template <class Problem> struct Forward {
  using Scalar = typename Problem::Number;
  using G = Geometry<Scalar>;
  using Unit = typename Problem::Unit;
  Problem problem;

  static constexpr int numbers = G::own_whole + G::passing_chunk + G::weights + G::partials;
  static_assert(G::ranges <= G::weights);
  struct Memory {
    Scalar *own, *passing, *weights, *partials;
  };
  struct State {
    Scalar score[G::rows][G::columns], o[G::rows][G::outputs], max[G::rows], sum[G::rows];
  };

  Index slices() const { return Kokkos::max(Index(1), tiles_of(problem.extents.value_width, G::width)); }
  Index teams() const { return problem.extents.units * slices() * tiles_of(problem.extents.queries, G::own); }

  KOKKOS_FUNCTION void operator()(const Member& member) const {
    const Extents& s = problem.extents;
    const Index blocks = tiles_of(s.queries, G::own), above = member.league_rank() / blocks;
    const Index units = s.units, slice = above / units;
    // The last queries of a causal mask have the most keys: they begin first.
    const Index first = (blocks - 1 - member.league_rank() % blocks) * G::own;
    const Unit unit = problem.unit(above % units);
    Scalar* const memory = scratch_of<Scalar>(member, numbers);
    const Memory at{memory, memory + G::own_whole, memory + G::own_whole + G::passing_chunk,
                    memory + G::own_whole + G::passing_chunk + G::weights};

    State state[G::held];
    const Scalar sink = problem.sink(unit);
    each<G::threads>(member, [&](int, int n) {
      repeat<G::rows>([&](int r) {
        repeat<G::outputs>([&](int x) { state[n].o[r][x] = 0; });
        state[n].max[r] = sink;
        state[n].sum[r] = 0;
      });
    });
    Range keys{0, s.keys};
    if constexpr (Problem::ranges)
      keys = range_of_rows<G>(member, first, s.queries, at.weights,
                              [&](Index i) { return problem.keys(unit, i); });
    const bool resident = s.width <= G::width;
    if (resident) stage_queries(member, unit, first, at.own);
    for (Index j = keys.begin; j < keys.end; j += G::passing) {
      find_scores<G, G::width_pitch>(
          member, Scores<Scalar>{problem.q(unit), problem.k(unit), s.queries, keys.end, s.width, resident},
          {first, j}, at.own, at.passing, state);
      weigh(member, unit, {first, j}, keys.end, at, state);
      add_rows<G, &State::o>(member,
                             Part<Scalar>{problem.v(unit), j, keys.end, slice * G::width, s.value_width},
                             One(), at.weights, at.passing, state);
    }
    finish(member, unit, {first, slice * G::width}, at, state);
  }

  KOKKOS_FUNCTION void stage_queries(const Member& member, const Unit& unit, Index first, Scalar* own) const {
    stage<G, G::own, G::width, G::width_pitch>(
        member, Part<Scalar>{problem.q(unit), first, problem.extents.queries, 0, problem.extents.width},
        One(), own);
  }

  // Scores become weights exp(t - max), and what there is of a row is rescaled to its new maximum.
  KOKKOS_FUNCTION void weigh(const Member& member, const Unit& unit, const Tile& tile, Index keys,
                             const Memory& at, State (&state)[G::held]) const {
    const Pairs<G> pairs{member, tile, problem.extents.queries, keys};
    finish_scores(pairs, problem, unit, state);
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>([&](int r) {
        Scalar most = minus_infinity<Scalar>;
        repeat<G::columns>([&](int c) {
          const Scalar score = state[n].score[r][c];
          most = score > most ? score : most;
        });
        at.partials[own_row<G>(t, r) * G::across + t % G::across] = most;
      });
    });
    member.team_barrier();
    each<G::threads>(member, [&](int t, int n) {
      State& mine = state[n];
      repeat<G::rows>([&](int r) {
        Scalar most = mine.max[r];
        repeat<G::across>([&](int a) {
          const Scalar other = at.partials[own_row<G>(t, r) * G::across + a];
          most = other > most ? other : most;
        });
        const Scalar shift = most == minus_infinity<Scalar> ? Scalar(0) : most;
        const Scalar rescale = Kokkos::exp(mine.max[r] - shift);
        mine.max[r] = most;
        mine.sum[r] *= rescale;
        repeat<G::outputs>([&](int x) { mine.o[r][x] *= rescale; });
        Scalar* const weights = at.weights + own_row<G>(t, r) * G::passing_pitch;
        repeat<G::columns>([&](int c) {
          const Scalar weight = Kokkos::exp(mine.score[r][c] - shift);
          mine.sum[r] += weight;
          weights[passing_row<G>(t, c)] = weight;
        });
      });
    });
  }

  // `at_output`: the first query and the first number of o.
  KOKKOS_FUNCTION void finish(const Member& member, const Unit& unit, const Tile& at_output, const Memory& at,
                              State (&state)[G::held]) const {
    const Extents& s = problem.extents;
    member.team_barrier();
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>(
          [&](int r) { at.partials[own_row<G>(t, r) * G::across + t % G::across] = state[n].sum[r]; });
    });
    member.team_barrier();
    const Scalar sink = problem.sink(unit);
    each<G::threads>(member, [&](int t, int n) {
      repeat<G::rows>([&](int r) {
        const Index i = at_output.own + own_row<G>(t, r);
        if (i >= s.queries) return;
        const Scalar most = state[n].max[r];
        Scalar sum = 0;
        repeat<G::across>([&](int a) { sum += at.partials[own_row<G>(t, r) * G::across + a]; });
        if (sink != minus_infinity<Scalar>) sum += Kokkos::exp(sink - most);
        const Scalar norm = sum == 0 ? Scalar(0) : 1 / sum;
        repeat<G::outputs>([&](int x) {
          const Index e = at_output.passing + output_column<G>(t, x);
          if (e < s.value_width)
            problem.o(unit)(i)[e] = state[n].o[r][x] * norm * problem.opening(unit, i, e);
        });
        if (t % G::across == 0 && at_output.passing == 0)
          problem.lse(unit, i) = sum == 0 ? most : most + Kokkos::log(sum);
      });
    });
  }
};

template <class Problem> void forward(const std::string& label, const Problem& problem) {
  const Forward<Problem> body{problem};
  using Scalar = typename Problem::Number;
  launch<Geometry<Scalar>::threads, 3>(label, body.teams(), Forward<Problem>::numbers * sizeof(Scalar), body);
}

}  // namespace attune::attention::teams
