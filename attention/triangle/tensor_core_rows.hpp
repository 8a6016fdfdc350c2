// attention/triangle/tensor_core_rows.hpp
//
// Triangle attention as a Problem of attention/tensor_cores/backward_rows.hpp: a block takes queries of one row of
// pairs and head that follow one another. No mask: what nobody sees has not been written.
#pragma once

#include "attention/tensor_cores/backward_rows.hpp"
#include "attention/triangle/tensor_core_columns.hpp"

namespace attune::attention::triangle {

struct TensorCoreRows {
  Layout<AnyNode> layout;
  View5<const Bfloat16> all_keys;
  View5<Bfloat16> d_queries;
  float scale;
  tensor_cores::ScoreGradients slab;
  View1<float> sums_of_blocks;  // empty where all keys are in one range

  struct Task {
    Place at;
    Index head;  // from the first of the slab
    int first;  // query
  };

  KOKKOS_FUNCTION const Shape& shape() const { return layout.shape; }
  KOKKOS_FUNCTION int pieces() const { return static_cast<int>(shape().width / tensor_cores::piece); }
  KOKKOS_FUNCTION float factor() const { return scale; }
  KOKKOS_FUNCTION bool begins() const { return slab.first_key == 0; }
  KOKKOS_FUNCTION bool ends() const { return slab.first_key + slab.keys == shape().tokens; }
  KOKKOS_FUNCTION float* sums(Index block, Index numbers) const {
    return sums_of_blocks.data() + block * numbers;
  }

  KOKKOS_FUNCTION Index blocks(int rows) const { return slab.heads * ((shape().tokens + rows - 1) / rows); }
  KOKKOS_FUNCTION Task task(Index block, int rows) const {
    const Index blocks_of_a_head = (shape().tokens + rows - 1) / rows, head = block / blocks_of_a_head;
    return {place_of_head(shape(), slab.first_head + head), head,
            static_cast<int>(block % blocks_of_a_head) * rows};
  }
  KOKKOS_FUNCTION int keys(const Task&) const { return slab.keys; }
  KOKKOS_FUNCTION tensor_cores::Span written(const Task& task, int key) const {
    const tensor_cores::Span seen = slab.seen(task.head, key);
    return {seen.begin - task.first, seen.end - task.first};
  }
  KOKKOS_FUNCTION auto d_s(const Task& task) const { return slab.rows(task.head, 0, task.first); }
  KOKKOS_FUNCTION auto k(const Task& task) const {
    auto rows = rows_at(layout, all_keys.data(), task.at, slab.first_key, shape().width);
    rows.count = slab.keys;
    return rows;
  }
  KOKKOS_FUNCTION auto d_q(const Task& task) const {
    return rows_at(layout, d_queries.data(), task.at, task.first, shape().width);
  }
};

}  // namespace attune::attention::triangle
