// attention/graph/runs.hpp
//
// What the kernels of a processor do with the edges of rows: numbers of each edge from rows of numbers, and
// sums over edges.
//
//   dots        d_l = a . x_l               for a run of edges, as many as a register has lanes
//   add_rows    o += sum_e weight_e x_e     for all edges of a row, o in registers meanwhile
//
// The partial sums of a product fill a register an edge; those of a run are folded together, one edge a lane.
// How sums are formed depends on widths and degrees only.
//
// x_e is found by a functor of the edge: rows picked by keys, ByKey, or one after the other, InOrder.
//
// Cost     an edge of D numbers: D / width loads with multiply-adds in either verb, and 3 instructions to
//          fold a product
#pragma once

#include "core/core/simd.hpp"
#include "core/core/views.hpp"

namespace attune::attention::graph {

template <class Scalar> inline constexpr int run_edges = simd::width<Scalar>;

template <class Scalar> constexpr Index whole_runs(Index edges) {
  constexpr Index run = run_edges<Scalar>;
  return (edges + run - 1) / run * run;
}

// The first `count` lanes from memory, the others 0.
template <class Scalar> simd::Vector<Scalar> load_some(const Scalar* from, Index count) {
  Scalar lane[simd::width<Scalar>] = {};
  for (Index l = 0; l < count; ++l) lane[l] = from[l];
  return simd::load(lane);
}

template <class Scalar> using Sums = simd::Vector<Scalar>[run_edges<Scalar>];

// Numbers of a row: known to the compiler, which then writes no loop, or to nobody before the kernel runs.
template <int N> struct Fixed { static constexpr Index numbers = N; };
struct Any {
  Index numbers;
};

// Calls visit with the width as Fixed, if it is 1, 2, 4 or 8 registers, else as Any.
template <class Scalar, class Visit> ATTUNE_INLINE void with_width(Index width, const Visit& visit) {
  constexpr int W = simd::width<Scalar>;
  if (width == 4 * W)
    visit(Fixed<4 * W>{});
  else if (width == 8 * W)
    visit(Fixed<8 * W>{});
  else if (width == 2 * W)
    visit(Fixed<2 * W>{});
  else if (width == W)
    visit(Fixed<W>{});
  else
    visit(Any{width});
}

template <class Scalar, class Width> struct ByKey {
  const Scalar* rows;
  Width width;
  const Index* key;
  ATTUNE_INLINE const Scalar* operator()(Index e) const { return rows + key[e] * width.numbers; }
};

template <class Scalar, class Width> struct InOrder {
  const Scalar* rows;
  Width width;
  ATTUNE_INLINE const Scalar* operator()(Index e) const { return rows + e * width.numbers; }
};

// x_l of a run.
template <class Scalar, class Width> struct PickedRows {
  ByKey<Scalar, Width> row;
  ATTUNE_INLINE simd::Vector<Scalar> operator()(int l, Index d) const { return simd::load(row(l) + d); }
  simd::Vector<Scalar> some(int l, Index d, Index count) const { return load_some(row(l) + d, count); }
};

// The row a of products, in registers where these suffice for it beside the sums of a run.
template <class Scalar, class Width> struct SharedRow {
  const Scalar* of;
  ATTUNE_INLINE explicit SharedRow(const Scalar* a) : of(a) {}
  ATTUNE_INLINE simd::Vector<Scalar> operator()(Index d) const { return simd::load(of + d); }
};
template <class Scalar, int N>
requires(N / simd::width<Scalar> + run_edges<Scalar> + 3 <=
         simd::registers) struct SharedRow<Scalar, Fixed<N>> {
  const Scalar* of;
  simd::Vector<Scalar> held[N / simd::width<Scalar>];
  ATTUNE_INLINE explicit SharedRow(const Scalar* a) : of(a) {
#pragma GCC unroll 8
    for (int r = 0; r < N / simd::width<Scalar>; ++r) held[r] = simd::load(a + r * simd::width<Scalar>);
  }
  ATTUNE_INLINE simd::Vector<Scalar> operator()(Index d) const { return held[d / simd::width<Scalar>]; }
};

// a . x_l of a run
template <class Scalar, class Width, class Entries> struct Products {
  const SharedRow<Scalar, Width>& a;
  const Entries& x;
  const Width& width;

  // sum_l += over N registers from entry d on; the first ones find no sum yet.
  template <int N, bool first> ATTUNE_INLINE void add(Sums<Scalar>& sum, Index d) const {
    constexpr int W = simd::width<Scalar>;
    simd::Vector<Scalar> of_a[N];
#pragma GCC unroll 4
    for (int r = 0; r < N; ++r) of_a[r] = a(d + r * W);
#pragma GCC unroll 16
    for (int l = 0; l < run_edges<Scalar>; ++l)
#pragma GCC unroll 4
      for (int r = 0; r < N; ++r)
        sum[l] = first && r == 0 ? of_a[0] * x(l, d) : simd::multiply_add(of_a[r], x(l, d + r * W), sum[l]);
  }

  ATTUNE_INLINE void add_all(Sums<Scalar>& sum) const {
    constexpr int W = simd::width<Scalar>;
    Index d = width.numbers >= 4 * W ? 4 * W : width.numbers >= W ? W : 0;
    if (d == 4 * W)
      add<4, true>(sum, 0);
    else if (d == W)
      add<1, true>(sum, 0);
    else
      for (auto& none : sum) none = simd::splat(Scalar(0));
#pragma GCC unroll 2
    for (; d + 4 * W <= width.numbers; d += 4 * W) add<4, false>(sum, d);
#pragma GCC unroll 2
    for (; d + W <= width.numbers; d += W) add<1, false>(sum, d);
    if (d == width.numbers) return;
    const auto of_a = load_some(a.of + d, width.numbers - d);
#pragma GCC unroll 16
    for (int l = 0; l < run_edges<Scalar>; ++l)
      sum[l] = simd::multiply_add(of_a, x.some(l, d, width.numbers - d), sum[l]);
  }
};

template <class Scalar, class Width, class Entries>
ATTUNE_INLINE simd::Vector<Scalar> dots(const SharedRow<Scalar, Width>& a, const Entries& x,
                                        const Width& width) {
  Sums<Scalar> sum;
  Products<Scalar, Width, Entries>{a, x, width}.add_all(sum);
  return simd::fold<Scalar>(sum, simd::Plus<Scalar>{});
}

// Weights of edges. Where some may be 0 because their edge is masked, x of those is not read.
template <class Scalar> struct Weights {
  const Scalar* of;
  Index count;
  bool masked;
  Scalar start, factor;  // o <- factor (start o + sum); start is 0, whatever o holds, or 1
};

// Edges in turn go to C sums of N registers, whose chains of additions overlap.
template <int N, int C, class Scalar, class Rows>
ATTUNE_INLINE void add_registers(Scalar* o, const Weights<Scalar>& weight, const Rows& x) {
  constexpr int W = simd::width<Scalar>;
  simd::Vector<Scalar> sum[C][N] = {};
  if (weight.start != 0)
#pragma GCC unroll 8
    for (int r = 0; r < N; ++r) sum[0][r] = simd::load(o + r * W);
  const auto add = [&](simd::Vector<Scalar>(&of)[N], Index e) __attribute__((always_inline)) {
    const Scalar* const row = x(e);
    const auto one = simd::splat(weight.of[e]);
#pragma GCC unroll 8
    for (int r = 0; r < N; ++r) of[r] = simd::multiply_add(one, simd::load(row + r * W), of[r]);
  };
  const auto add_all = [&](auto masked) __attribute__((always_inline)) {
    Index e = 0;
    for (; e + C <= weight.count; e += C)
#pragma GCC unroll 4
      for (int c = 0; c < C; ++c)
        if (!masked || weight.of[e + c] != 0) add(sum[c], e + c);
    for (; e < weight.count; ++e)
      if (!masked || weight.of[e] != 0) add(sum[0], e);
  };
  if (weight.masked)
    add_all(std::true_type{});
  else
    add_all(std::false_type{});
#pragma GCC unroll 4
  for (int c = 1; c < C; ++c)
#pragma GCC unroll 8
    for (int r = 0; r < N; ++r) sum[0][r] += sum[c][r];
#pragma GCC unroll 8
  for (int r = 0; r < N; ++r) simd::store(o + r * W, sum[0][r] * simd::splat(weight.factor));
}

template <class Scalar, class Rows>
ATTUNE_INLINE void add_rows(Scalar* o, const Weights<Scalar>& weight, Rows x) {
  constexpr int W = simd::width<Scalar>;
  const Index width = x.width.numbers;
  Index d = 0;
  for (; d + 8 * W <= width; d += 8 * W, x.rows += 8 * W) add_registers<8, 1>(o + d, weight, x);
  for (; d + 4 * W <= width; d += 4 * W, x.rows += 4 * W) add_registers<4, 2>(o + d, weight, x);
  for (; d + W <= width; d += W, x.rows += W) add_registers<1, 4>(o + d, weight, x);
  for (; d < width; ++d, ++x.rows) {
    Scalar sum = weight.start != 0 ? o[d] : Scalar(0);
    for (Index e = 0; e < weight.count; ++e)
      if (!weight.masked || weight.of[e] != 0) sum += weight.of[e] * *x(e);
    o[d] = sum * weight.factor;
  }
}

}  // namespace attune::attention::graph
