// attention/dense/tensor_core_rows.hpp
//
// Dense attention as a Problem of attention/tensor_cores/backward_rows.hpp: a block takes queries that follow one
// another, of one head of a slab. No mask: what nobody sees has not been written.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/tensor_cores/backward_rows.hpp"

namespace attune::attention::dense {

struct TensorCoreRows {
  View4<const Bfloat16> all_keys;
  View4<Bfloat16> d_queries;
  Shape shape;
  float scale;
  tensor_cores::ScoreGradients slab;
  View1<float> sums_of_blocks;  // empty where all keys are in one range

  struct Task {
    Index head, group;  // from the first of the slab
    Index b, h, g;
    int first;  // query
  };

  KOKKOS_FUNCTION int width() const { return static_cast<int>(shape.width); }
  KOKKOS_FUNCTION int pieces() const { return width() / tensor_cores::piece; }
  KOKKOS_FUNCTION float factor() const { return scale; }
  KOKKOS_FUNCTION bool begins() const { return slab.first_key == 0; }
  KOKKOS_FUNCTION bool ends() const { return slab.first_key + slab.keys == shape.keys; }
  KOKKOS_FUNCTION float* sums(Index block, Index numbers) const {
    return sums_of_blocks.data() + block * numbers;
  }

  KOKKOS_FUNCTION Index blocks(int rows) const { return slab.heads * ((shape.queries + rows - 1) / rows); }
  KOKKOS_FUNCTION Task task(Index block, int rows) const {
    const Index blocks_of_a_head = (shape.queries + rows - 1) / rows;
    const Index head = block / blocks_of_a_head, of_all = slab.first_head + head;
    const Index h = of_all % shape.heads;
    return {head, head / slab.heads_of_a_group, of_all / shape.heads,
            h,    h / slab.heads_of_a_group,    static_cast<int>(block % blocks_of_a_head) * rows};
  }
  KOKKOS_FUNCTION int keys(const Task&) const { return slab.keys; }
  KOKKOS_FUNCTION tensor_cores::Span written(const Task& task, int key) const {
    const tensor_cores::Span seen = slab.seen(task.group, key);
    return {seen.begin - task.first, seen.end - task.first};
  }

  KOKKOS_FUNCTION auto d_s(const Task& task) const { return slab.rows(task.head, 0, task.first); }
  KOKKOS_FUNCTION tensor_cores::RowsAt<const Bfloat16> k(const Task& task) const {
    return {row(all_keys, task.b, task.g, slab.first_key), static_cast<std::uint32_t>(width()), slab.keys};
  }
  KOKKOS_FUNCTION tensor_cores::RowsAt<Bfloat16> d_q(const Task& task) const {
    return {row(d_queries, task.b, task.h, task.first), static_cast<std::uint32_t>(width()),
            static_cast<int>(shape.queries) - task.first};
  }
};

}  // namespace attune::attention::dense
