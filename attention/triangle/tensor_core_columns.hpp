// attention/triangle/tensor_core_columns.hpp
//
// Triangle attention as a Problem of attention/tensor_cores/backward_columns.hpp: a block takes keys of one row of
// pairs and head that follow one another, of a slab (score_gradients.hpp) whose heads are (b, h, row): those that
// share a bias follow one another, and so do their blocks, which then find it in the caches.
#pragma once

#include "attention/tensor_cores/backward_columns.hpp"
#include "attention/triangle/tensor_core_bias.hpp"
#include "attention/triangle/tensor_core_lines.hpp"

namespace attune::attention::triangle {

KOKKOS_INLINE_FUNCTION Place place_of_head(const Shape& s, Index head) {
  const Index above = head / s.rows;
  return {above / s.heads, head % s.rows, above % s.heads};
}

template <bool biased> struct TensorCoreColumns {
  static constexpr bool has_ranges = true, adds = biased;

  Layout<AnyNode> layout;
  Inputs<Bfloat16> in;
  View5<const Bfloat16> d_a;
  View5<Bfloat16> d_keys, d_values;  // empty if nobody asks
  BiasOfSums<AnyNode> bias;  // of the turned node: its rows are keys
  const tensor_cores::QueryNumbers* of_queries;  // (B, H, R, N in whole steps)
  tensor_cores::ScoreGradients slab;
  float scale_of_scores;

  struct Task {
    Place at;
    Index head;  // from the first of the slab
    int first;  // key, from the first of the slab
  };

  KOKKOS_FUNCTION const Shape& shape() const { return layout.shape; }
  KOKKOS_FUNCTION int queries() const { return static_cast<int>(shape().tokens); }
  KOKKOS_FUNCTION int heads() const { return 1; }
  KOKKOS_FUNCTION int pieces() const { return static_cast<int>(shape().width / tensor_cores::piece); }
  KOKKOS_FUNCTION int value_pieces() const {
    return static_cast<int>(shape().value_width / tensor_cores::piece);
  }
  KOKKOS_FUNCTION float factor() const { return scale_of_scores; }
  KOKKOS_FUNCTION tensor_cores::Scale scale(const Task&, int) const {
    return {scale_of_scores * log2_e<float>, 1, 1 / scale_of_scores, 1, minus_infinity<float>};
  }

  KOKKOS_FUNCTION Index blocks() const { return slab.heads * slab.blocks_of_keys(); }
  KOKKOS_FUNCTION Task task(Index block) const {
    const Index head = block % slab.heads;
    return {place_of_head(shape(), slab.first_head + head), head,
            static_cast<int>(block / slab.heads) * tensor_cores::keys_of_a_block};
  }
  KOKKOS_FUNCTION int key(const Task& task, int r) const { return slab.first_key + task.first + r; }
  KOKKOS_FUNCTION bool is_key(const Task& task, int r) const {
    if (r >= slab.keys - task.first) return false;
    return in.mask.size() == 0 || *layout.line(in.mask, task.at)(key(task, r)) != 0;
  }

  // All queries of a row see the same keys.
  template <class Block>
  KOKKOS_FUNCTION tensor_cores::Seen seen(Block& block, const Task& task,
                                          const tensor_cores::Span& rows) const {
    const int r = rows.begin + tensor_cores::lane_of(block), count = rows.end - rows.begin;
    const tensor_cores::Word keys = block.which(r < rows.end && is_key(task, r));
    const tensor_cores::Span none{queries(), 0}, every{0, queries()};
    return {keys == 0 ? none : every,
            keys == tensor_cores::first_bits(count) ? every : tensor_cores::Span{0, 0}};
  }
  KOKKOS_FUNCTION bool allows(const Task& task, int r, int i) const {
    return i < queries() && is_key(task, r);
  }

  KOKKOS_FUNCTION auto q(const Task& task, int) const {
    return rows_at(layout, in.q.data(), task.at, 0, shape().width);
  }
  KOKKOS_FUNCTION auto d_o(const Task& task, int) const {
    return rows_at(layout, d_a.data(), task.at, 0, shape().value_width);
  }
  // Of the keys of the slab.
  template <class Scalar> KOKKOS_FUNCTION auto keys_at(Scalar* array, const Task& task, Index width) const {
    auto rows = rows_at(layout, array, task.at, key(task, 0), width);
    const int left = slab.keys - task.first;
    rows.count = rows.count < left ? rows.count : left;
    return rows;
  }
  KOKKOS_FUNCTION auto k(const Task& task) const { return keys_at(in.k.data(), task, shape().width); }
  KOKKOS_FUNCTION auto v(const Task& task) const { return keys_at(in.v.data(), task, shape().value_width); }
  KOKKOS_FUNCTION auto d_k(const Task& task) const { return keys_at(d_keys.data(), task, shape().width); }
  KOKKOS_FUNCTION auto d_v(const Task& task) const {
    return keys_at(d_values.data(), task, shape().value_width);
  }
  KOKKOS_FUNCTION const tensor_cores::QueryNumbers* numbers(const Task& task, int) const {
    return of_queries + (slab.first_head + task.head) * slab.queries;
  }

  KOKKOS_FUNCTION auto d_s(const Task& task, int, int query) const {
    return slab.rows(task.head, task.first, query);
  }
  KOKKOS_FUNCTION void note(const Task& task, const tensor_cores::Span& queries) const {
    slab.seen(task.head, task.first) = queries;
  }

  // The last keys of a block that nobody asks for read what others add.
  KOKKOS_FUNCTION const tensor_cores::SumsOfLane* added_sums(const Task& task, int r, int n) const {
    const int j = key(task, r) < queries() ? key(task, r) : key(task, 0);
    const Index place = bias.place(task.at.b * shape().heads + task.at.h, j, n);
    return reinterpret_cast<const tensor_cores::SumsOfLane*>(bias.sums.data() + place);
  }
};

}  // namespace attune::attention::triangle
