// attention/teams/passes.hpp
//
// What a team does with a tile of scores: products along the width, products along the passing rows, and
// the rows that pass at all. Each begins with a barrier, so that scratch may still be read when it is called.
#pragma once

#include "attention/mask.hpp"
#include "attention/running_softmax.hpp"
#include "attention/teams/product.hpp"
#include "attention/teams/stage.hpp"

namespace attune::attention::teams {

struct Extents {
  Index units, queries, keys, width, value_width;
};

// First rows of a tile.
struct Tile {
  Index own, passing;
};

// Place n of the own rows of a thread, and of the passing rows.
template <class G> KOKKOS_INLINE_FUNCTION int own_row(int thread, int r) {
  return thread / G::across + G::down * r;
}
template <class G> KOKKOS_INLINE_FUNCTION int passing_row(int thread, int c) {
  return thread % G::across + G::across * c;
}
template <class G> KOKKOS_INLINE_FUNCTION int output_column(int thread, int x) {
  return (thread % G::across + G::across * (x / G::packet)) * G::packet + x % G::packet;
}

// sum_d own_d passing_d, own rows staged beforehand where they are `resident`.
template <class Scalar> struct Scores {
  Rows<const Scalar> own, passing;
  Index own_end, passing_end, width;
  bool resident = false;
};

template <class G, int own_pitch, class Scalar, class State>
KOKKOS_INLINE_FUNCTION void find_scores(const Member& member, const Scores<Scalar>& of, const Tile& tile,
                                        Scalar* own, Scalar* passing, State (&state)[G::held]) {
  each<G::threads>(member, [&](int, int n) {
    repeat<G::rows>([&](int r) { repeat<G::columns>([&](int c) { state[n].score[r][c] = 0; }); });
  });
  if (of.width == 0) member.team_barrier();
  for (Index d = 0; d < of.width; d += G::chunk) {
    member.team_barrier();
    if (!of.resident)
      stage<G, G::own, G::chunk, own_pitch>(member, {of.own, tile.own, of.own_end, d, of.width}, One(), own);
    stage<G, G::passing, G::chunk, G::chunk_pitch>(
        member, {of.passing, tile.passing, of.passing_end, d, of.width}, One(), passing);
    member.team_barrier();
    const int depth = rounded_up(at_most(of.width - d, G::chunk), G::packet);
    const Scalar* const from = of.resident ? own + d : own;
    each<G::threads>(member, [&](int t, int n) {
      add_products<G, own_pitch, G::chunk_pitch>(from + own_row<G>(t, 0) * own_pitch,
                                                 passing + passing_row<G>(t, 0) * G::chunk_pitch, depth,
                                                 state[n].score);
    });
  }
}

// state.*sum += weights of the tile times numbers column .. column + width - 1 of the passing rows.
template <class G, auto sum, int columns, class Scalar, class Factor, class State>
KOKKOS_INLINE_FUNCTION void add_rows_of(const Member& member, const Part<Scalar>& part, Factor factor,
                                        const Scalar* weights, Scalar* memory, State (&state)[G::held]) {
  constexpr int depth = G::passing * G::chunk / columns;
  const int rows = at_most(part.end - part.first, G::passing);
  for (int c = 0; c < rows; c += depth) {
    member.team_barrier();
    stage<G, depth, columns, columns>(member, {part.from, part.first + c, part.end, part.column, part.width},
                                      factor, memory);
    member.team_barrier();
    const int some = rounded_up(at_most(rows - c, depth), G::packet);
    each<G::threads>(member, [&](int t, int n) {
      add_weighted<G, columns * G::groups / G::width>(weights + own_row<G>(t, 0) * G::passing_pitch + c,
                                                      memory + output_column<G>(t, 0), some, state[n].*sum);
    });
  }
}

template <class G, auto sum, class Scalar, class Factor, class State>
KOKKOS_INLINE_FUNCTION void add_rows(const Member& member, const Part<Scalar>& part, Factor factor,
                                     const Scalar* weights, Scalar* memory, State (&state)[G::held]) {
  if (part.column >= part.width) return;
  if (part.width - part.column <= G::width / 2)
    add_rows_of<G, sum, G::width / 2>(member, part, factor, weights, memory, state);
  else
    add_rows_of<G, sum, G::width>(member, part, factor, weights, memory, state);
}

// A range that holds those of the own rows `first` .. `end` - 1: range(row) each. `memory`: G::ranges numbers.
template <class G, class Scalar, class RangeOf>
KOKKOS_INLINE_FUNCTION Range range_of_rows(const Member& member, Index first, Index end, Scalar* memory,
                                           const RangeOf& range) {
  Range* const of_row = reinterpret_cast<Range*>(memory);
  const int rows = at_most(end - first, G::own);
  member.team_barrier();
  for (int row = member.team_rank(); row < rows; row += member.team_size()) of_row[row] = range(first + row);
  member.team_barrier();
  Range all{0, 0};
  for (int row = 0; row < rows; ++row) {
    const Range one = of_row[row];
    if (one.begin >= one.end) continue;
    const bool none = all.begin >= all.end;
    all = {none || one.begin < all.begin ? one.begin : all.begin,
           none || one.end > all.end ? one.end : all.end};
  }
  member.team_barrier();
  return all;
}

}  // namespace attune::attention::teams
