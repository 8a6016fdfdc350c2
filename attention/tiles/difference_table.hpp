// attention/tiles/difference_table.hpp
//
// A bias that sees a pair only through its head and the difference of two tokens on a grid, as a table over
// every difference x(i) - x(j) that occurs, periodic ones not folded:
//
//   bias(h, i, j) = table(h|0, A(i) - B(j))
//
// A and B are linear in the coordinates, and A grows by one from a query to the next along x: the queries
// side by side in the lanes read numbers side by side, whatever key, period or clamp.
//
// Cost     one call of at() a difference, prod_a (queries_a + keys_a - 1) a row of the bias's table; then one
//          load a register of scores where its queries lie in one row of the grid, one a score elsewhere
#pragma once

#include "attention/bias/grid.hpp"
#include "attention/tiles/block.hpp"

namespace attune::attention::tiles {

template <class Bias>
concept OfDifferences = requires(const Bias& bias) {
  bias.difference_grid();
  bias.rows();
};

// Where differences lie in the table.
struct Differences {
  Triple queries, keys, stride;
  Index count = 1;

  explicit Differences(const bias::Grid& grid) : queries(grid.queries), keys(grid.keys) {
    for (int a = 2; a >= 0; --a) {
      stride[a] = count;
      count *= queries[a] > 0 && keys[a] > 0 ? queries[a] + keys[a] - 1 : 0;
    }
  }

  Index of_query(Index i) const {
    Index at = 0;
    for (int a = 2; a >= 0; --a, i /= queries[a + 1]) at += i % queries[a] * stride[a];
    return at;
  }
  Index of_key(Index j) const {
    Index at = 0;
    for (int a = 2; a >= 0; --a, j /= keys[a + 1]) at += (j % keys[a] - (keys[a] - 1)) * stride[a];
    return at;
  }

  // A query and a key of that difference.
  KOKKOS_FUNCTION Kokkos::pair<Index, Index> pair(Index difference) const {
    Index i = 0, j = 0;
    for (int a = 0; a < 3; ++a) {
      const Index d = difference / stride[a] % (queries[a] + keys[a] - 1) - (keys[a] - 1);  // x(i) - x(j)
      i = i * queries[a] + (d > 0 ? d : 0);
      j = j * keys[a] + (d < 0 ? -d : 0);
    }
    return {i, j};
  }
};

// A and B of every query and key: divisions cost more than the sums they would serve.
struct DifferencePlaces {
  Differences differences;
  View1<Index> of_query, of_key;

  explicit DifferencePlaces(const Differences& given)
      : differences(given),
        of_query(to_device("attention::tiles::of_query",
                           listed(product(given.queries), [&](Index i) { return given.of_query(i); }))),
        of_key(to_device("attention::tiles::of_key",
                         listed(product(given.keys), [&](Index j) { return given.of_key(j); }))) {}
  template <class PlaceOf> static std::vector<Index> listed(Index count, const PlaceOf& place_of) {
    std::vector<Index> places(static_cast<std::size_t>(count));
    for (Index n = 0; n < count; ++n) places[static_cast<std::size_t>(n)] = place_of(n);
    return places;
  }
  static Index product(const Triple& n) { return n[0] * n[1] * n[2]; }
};

// The places in the table of a block's pairs: of_lane[n] - of_key(j), n the lanes. Registers of lanes whose
// places follow one another are `together`.
template <class Scalar> struct Places {
  static constexpr int W = simd::width<Scalar>, most = 4 * W;
  Index of_lane[most];
  bool together[4];

  Places(const DifferencePlaces& places, const Block& block) {
    for (int n = 0; n < block.pitch; ++n)
      of_lane[n] = n < block.queries ? places.of_query(block.i + n) : of_lane[n - 1] + 1;
    for (int v = 0; v < block.pitch / W; ++v) together[v] = of_lane[v * W + W - 1] - of_lane[v * W] == W - 1;
  }
};

template <class Scalar, class Bias> struct FillDifferences {
  Bias bias;
  Differences differences;
  View2<Scalar> table;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index h = n / differences.count, difference = n % differences.count;
    const auto pair = differences.pair(difference);
    table(h, difference) = bias.at(0, h, pair.first, pair.second);
  }
};

template <class Scalar> struct DifferenceTable {
  DifferencePlaces places;
  View2<Scalar> table;  // (H|1, differences and a block's lanes beyond)

  template <class Bias>
  explicit DifferenceTable(const Bias& bias)
      : places(Differences(bias.difference_grid())),
        table("attention::tiles::difference_table", bias.rows(),
              places.differences.count + Places<Scalar>::most) {
    const Index count = bias.rows() * places.differences.count;
    const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(0, count);
    Kokkos::parallel_for("attention::tiles::fill_differences", every,
                         FillDifferences<Scalar, Bias>{bias, places.differences, table});
  }
};

template <class Scalar>
void fill(const DifferenceTable<Scalar>& bias, const Block& block, Scalar* tile, Scalar*) {
  constexpr int W = simd::width<Scalar>;
  const Scalar* const row = &bias.table(bias.table.extent(0) == 1 ? 0 : block.h, 0);
  const Places<Scalar> places(bias.places, block);
  for (int k = 0; k < block.keys; ++k) {
    const Scalar* const from = row - bias.places.of_key(block.j + k);
    Scalar* const to = tile + k * block.pitch;
    for (int v = 0; v < block.pitch / W; ++v)
      if (places.together[v])
        simd::store(to + v * W, simd::load(from + places.of_lane[v * W]));
      else
        for (int n = v * W; n < v * W + W; ++n) to[n] = from[places.of_lane[n]];
  }
}

}  // namespace attune::attention::tiles
