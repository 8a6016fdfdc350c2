// attention/tensor_cores/backward_pairs.hpp
//
// Gradients of what is added to the scores, from d_s of score_gradients.hpp:
//
//   d_number += sum over its pairs (b, h, i, j) of the slab of weight(b, h, i, j) d_s_ij
//
// for a tensor (B|1, H|1, M|1, N|1), where an extent of 1 is shared by all pairs along that axis. A number is one
// thread's; where it is shared along an axis of a head, numbers for each key come first. Pieces of eight queries
// are read, as they lie; tiles are turned in scratch memory, since numbers lie by keys.
//
// Cost     2 bytes a pair read
#pragma once

#include "attention/tensor_cores/eight.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::tensor_cores {

// The heads of a slab that share the numbers (b', h') of a tensor, each with weight and d_s.
template <class Weight> struct SharedPairs {
  ScoreGradients d_s;
  Weight weight;
  Index batches, heads, queries;
  View4<float> sums;  // (B|1, H|1, M|1, N|1)

  KOKKOS_FUNCTION Index extent(int axis) const { return static_cast<Index>(sums.extent(axis)); }
  KOKKOS_FUNCTION Index numbers() const { return extent(0) * extent(1); }
  // visit(b, h, head in the slab)
  template <class Visit> KOKKOS_FUNCTION void each_head(Index number, const Visit& visit) const {
    const Index of_b = number / extent(1), of_h = number % extent(1);
    const bool one_b = extent(0) == batches, one_h = extent(1) == heads;
    const Index last = d_s.first_head + d_s.heads - 1;
    const Span of_batches{static_cast<int>(one_b ? of_b : d_s.first_head / heads),
                          static_cast<int>(one_b ? of_b : last / heads)};
    for (Index h = one_h ? of_h : 0; h < (one_h ? of_h + 1 : heads); ++h)
      for (Index b = of_batches.begin; b <= of_batches.end; ++b) {
        const Index head = b * heads + h - d_s.first_head;
        if (head >= 0 && head < d_s.heads) visit(b, h, head);
      }
  }
  KOKKOS_FUNCTION Span seen(Index head, int key) const {
    return d_s.seen(static_cast<unsigned>(head) / static_cast<unsigned>(d_s.heads_of_a_group), key);
  }
};

// sums(b', h', i, j) += over heads: a team has a tile of 64 queries and 64 keys.
template <class Weight> struct AddTiles {
  static constexpr int side = 64, pitch = side + 1;
  using Team = typename Kokkos::TeamPolicy<Device, Kokkos::IndexType<Index>>::member_type;
  SharedPairs<Weight> pairs;

  Index tiles_of_queries() const { return (pairs.queries + side - 1) / side; }
  Index tiles_of_keys() const { return (pairs.d_s.keys + side - 1) / side; }
  static constexpr std::size_t scratch_bytes = sizeof(float) * side * pitch;

  struct AddHead {
    const AddTiles& all;
    int key;
    Index i;
    EightNumbers& sum;
    KOKKOS_FUNCTION void operator()(Index b, Index h, Index head) const {
      const auto& pairs = all.pairs;
      const Span seen = pairs.seen(head, key);
      if (i < seen.begin || i >= seen.end) return;
      const EightNumbers more = eight_of(pairs.d_s.row(head, key) + i);
      for (int n = 0; n < piece; ++n)
        if (i + n < pairs.queries)
          sum.of[n] += pairs.weight(b, h, i + n, pairs.d_s.first_key + key) * more.of[n];
    }
  };

  KOKKOS_FUNCTION void operator()(const Team& team) const {
    const auto& d_s = pairs.d_s;
    const Index columns = (d_s.keys + side - 1) / side, lines = (pairs.queries + side - 1) / side;
    Index rest = team.league_rank();
    const int first_key = static_cast<int>(rest % columns) * side;
    rest /= columns;
    const Index first = rest % lines * side, number = rest / lines;
    const std::size_t bytes = scratch_bytes;
    auto* const tile = static_cast<float*>(team.team_shmem().get_shmem(bytes));

    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, side * (side / piece)), [&](int n) {
      const int key = first_key + n / (side / piece), r = n % (side / piece) * piece;
      EightNumbers sum{};
      if (key < d_s.keys && first + r < pairs.queries)
        pairs.each_head(number, AddHead{*this, key, first + r, sum});
      for (int e = 0; e < piece; ++e) tile[(r + e) * pitch + key - first_key] = sum.of[e];
    });
    team.team_barrier();
    const Index b = number / pairs.extent(1), h = number % pairs.extent(1);
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, side * side), [&](int n) {
      const int r = n / side, c = n % side;
      if (first + r < pairs.queries && first_key + c < d_s.keys)
        pairs.sums(b, h, first + r, d_s.first_key + first_key + c) += tile[r * pitch + c];
    });
  }
};

// of_keys(number, j) = over heads and queries
template <class Weight> struct AddAlongQueries {
  SharedPairs<Weight> pairs;
  View2<double> of_keys;  // (B' H', keys of the slab)

  struct AddHead {
    const SharedPairs<Weight>& pairs;
    int key;
    double& sum;
    KOKKOS_FUNCTION void operator()(Index b, Index h, Index head) const {
      const Span seen = pairs.seen(head, key);
      for (Index i = seen.begin; i < seen.end && i < pairs.queries; i += piece) {
        const EightNumbers more = eight_of(pairs.d_s.row(head, key) + i);
        for (int n = 0; n < piece && i + n < pairs.queries; ++n)
          sum += double(pairs.weight(b, h, i + n, pairs.d_s.first_key + key)) * double(more.of[n]);
      }
    }
  };
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index number = n / pairs.d_s.keys;
    const int key = static_cast<int>(n % pairs.d_s.keys);
    double sum = 0;
    pairs.each_head(number, AddHead{pairs, key, sum});
    of_keys(number, key) = sum;
  }
};
template <class Weight> struct AddKeys {
  SharedPairs<Weight> pairs;
  View2<double> of_keys;
  bool one_for_all;  // keys
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index each = one_for_all ? 1 : pairs.d_s.keys, number = n / each, key = n % each;
    double sum = 0;
    for (Index j = key; j < (one_for_all ? pairs.d_s.keys : key + 1); ++j) sum += of_keys(number, j);
    pairs.sums(number / pairs.extent(1), number % pairs.extent(1), 0,
               one_for_all ? 0 : pairs.d_s.first_key + key) += static_cast<float>(sum);
  }
};

// sums(b', h', i, 0) += over heads and keys
template <class Weight> struct AddAlongKeys {
  SharedPairs<Weight> pairs;

  struct AddHead {
    const SharedPairs<Weight>& pairs;
    Index i;
    double& sum;
    KOKKOS_FUNCTION void operator()(Index b, Index h, Index head) const {
      for (int key = 0; key < pairs.d_s.keys; ++key) {
        const Span seen = pairs.seen(head, key);
        if (i >= seen.begin && i < seen.end)
          sum += double(pairs.weight(b, h, i, pairs.d_s.first_key + key)) *
                 double(static_cast<float>(pairs.d_s.row(head, key)[i]));
      }
    }
  };
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index number = n / pairs.queries, i = n % pairs.queries;
    double sum = 0;
    pairs.each_head(number, AddHead{pairs, i, sum});
    pairs.sums(number / pairs.extent(1), number % pairs.extent(1), i, 0) += static_cast<float>(sum);
  }
};

template <class Weight>
void add_pairs(const std::string& label, const SharedPairs<Weight>& pairs, Index all_keys) {
  using Each = Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>;
  const Index numbers = pairs.numbers(), keys = pairs.d_s.keys;
  if (numbers * pairs.queries * keys * pairs.d_s.heads == 0) return;
  const bool each_query = pairs.extent(2) == pairs.queries, each_key = pairs.extent(3) == all_keys;
  if (each_query && each_key) {
    const AddTiles<Weight> add{pairs};
    Kokkos::TeamPolicy<Device, Kokkos::IndexType<Index>> teams(
        static_cast<int>(numbers * add.tiles_of_queries() * add.tiles_of_keys()), Kokkos::AUTO);
    Kokkos::parallel_for(label, teams.set_scratch_size(0, Kokkos::PerTeam(add.scratch_bytes)), add);
  } else if (each_query) {
    Kokkos::parallel_for(label, Each(0, numbers * pairs.queries), AddAlongKeys<Weight>{pairs});
  } else {
    const View2<double> of_keys(Kokkos::view_alloc(label, Kokkos::WithoutInitializing), numbers, keys);
    Kokkos::parallel_for(label, Each(0, numbers * keys), AddAlongQueries<Weight>{pairs, of_keys});
    Kokkos::parallel_for(label, Each(0, numbers * (each_key ? keys : 1)),
                         AddKeys<Weight>{pairs, of_keys, !each_key});
  }
}

}  // namespace attune::attention::tensor_cores
