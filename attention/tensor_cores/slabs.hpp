// attention/tensor_cores/slabs.hpp
//
// The pairs of a backward, a slab of score_gradients.hpp after the other.
#pragma once

#include "attention/tensor_cores/padded.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::tensor_cores {

inline constexpr Index score_gradient_budget = Index(512) << 20;

struct Pairs {
  Index groups, heads_of_a_group, queries, keys;
};

// do_it(d_s) for every slab, in order.
template <class Function> void for_each_slab(const Pairs& all, Index budget, const Function& do_it) {
  const auto [groups, heads_of_a_group, queries, all_keys] = all;
  const auto slab = slab_of(groups, heads_of_a_group, queries, all_keys, budget);
  const Index row = rounded_up(queries, queries_of_a_step), blocks = slab.keys / keys_of_a_block;
  const View1<Bfloat16> d_s(Kokkos::view_alloc("attention::tensor_cores::d_s", Kokkos::WithoutInitializing),
                            slab.groups * heads_of_a_group * slab.keys * row);
  const View1<Span> spans("attention::tensor_cores::spans", slab.groups * blocks);
  for (Index first = 0; first < groups; first += slab.groups) {
    const Index count = first + slab.groups < groups ? slab.groups : groups - first;
    Index key = 0;
    do {
      const Index keys = key + slab.keys < all_keys ? slab.keys : all_keys - key;
      do_it(ScoreGradients{d_s.data(), spans.data(), first * heads_of_a_group, count * heads_of_a_group,
                           heads_of_a_group, static_cast<int>(key), static_cast<int>(keys), row});
      key += keys;
    } while (key < all_keys);
  }
}

// Room for d_q of so many heads between two ranges of keys.
inline View1<float> sums_of_queries(Index queries, Index heads) {
  constexpr Index most_rows_of_a_block = 256;
  const Index numbers = rounded_up(queries, most_rows_of_a_block) * most_width;
  return View1<float>(Kokkos::view_alloc("attention::tensor_cores::d_q", Kokkos::WithoutInitializing),
                      heads * numbers);
}

}  // namespace attune::attention::tensor_cores
