// attention/triangle/tensor_core_problem.hpp
//
// Triangle attention as a Problem of attention/tensor_cores/forward.hpp: a block takes queries of one row of pairs
// that follow one another. Blocks that differ in their row alone follow one another too, so that those on one
// multiprocessor read what they add to the scores, which the rows share, from its cache: it is the most that
// a block reads, 32 KiB for 64 keys of which k and v take 8 KiB at a width of 32.
#pragma once

#include "attention/tensor_cores/forward.hpp"
#include "attention/triangle/tensor_core_bias.hpp"
#include "attention/triangle/tensor_core_lines.hpp"

namespace attune::attention::triangle {

template <class Node, bool biased> struct TensorCoreProblem {
  using Number = Bfloat16;
  using Marked = void;
  static constexpr bool has_ranges = false, adds = biased;

  Layout<Node> layout;
  Inputs<Bfloat16> in;
  Outputs<Bfloat16> out;
  BiasOfSums<Node> bias;
  float factor;  // scale
  int width_of_gate;  // 0: none
  bool masked;

  struct Task {
    Place at;
    int first;  // query
  };

  KOKKOS_FUNCTION const Shape& shape() const { return layout.shape; }
  KOKKOS_FUNCTION int tokens() const { return static_cast<int>(shape().tokens); }
  KOKKOS_FUNCTION int keys(const Task&) const { return tokens(); }
  KOKKOS_FUNCTION int pieces() const { return static_cast<int>(shape().width / tensor_cores::piece); }
  KOKKOS_FUNCTION int value_pieces() const {
    return static_cast<int>(shape().value_width / tensor_cores::piece);
  }

  KOKKOS_FUNCTION Index blocks_of_a_row(int size) const { return (shape().tokens + size - 1) / size; }
  KOKKOS_FUNCTION Index blocks(int size) const {
    return shape().batches * shape().heads * blocks_of_a_row(size) * shape().rows;
  }
  KOKKOS_FUNCTION Task task(Index block, int size) const {
    const Index row = block % shape().rows, above = block / shape().rows,
                head = above / blocks_of_a_row(size);
    return {{head / shape().heads, row, head % shape().heads},
            static_cast<int>(above % blocks_of_a_row(size)) * size};
  }
  KOKKOS_FUNCTION tensor_cores::Scale scale(const Task&) const {
    return {factor * log2_e<float>, 1, 1 / factor, 1, minus_infinity<float>};
  }

  template <class Scalar>
  KOKKOS_FUNCTION auto rows(Scalar* array, const Task& task, int first, Index width) const {
    return rows_at(layout, array, task.at, first, width);
  }
  KOKKOS_FUNCTION auto q(const Task& task) const {
    return rows(in.q.data(), task, task.first, shape().width);
  }
  KOKKOS_FUNCTION auto k(const Task& task) const { return rows(in.k.data(), task, 0, shape().width); }
  KOKKOS_FUNCTION auto v(const Task& task) const { return rows(in.v.data(), task, 0, shape().value_width); }
  KOKKOS_FUNCTION auto o(const Task& task) const {
    return rows(out.o.data(), task, task.first, shape().value_width);
  }
  KOKKOS_FUNCTION float* lse(const Task& task, int r) const {
    return rows(out.lse.data(), task, task.first, 1)(r);
  }
  KOKKOS_FUNCTION bool gates() const { return width_of_gate > 0; }
  KOKKOS_FUNCTION int gate_width() const { return width_of_gate; }
  KOKKOS_FUNCTION auto gate(const Task& task) const {
    return rows(in.gate.data(), task, task.first, width_of_gate);
  }

  // The last queries of a block that nobody asks for read what others add.
  KOKKOS_FUNCTION const tensor_cores::SumsOfLane* added_sums(const Task& task, int r, int n) const {
    const Index query = task.first + r < tokens() ? task.first + r : task.first;
    const Index place = bias.place(task.at.b * shape().heads + task.at.h, query, n);
    return reinterpret_cast<const tensor_cores::SumsOfLane*>(bias.sums.data() + place);
  }

  // All queries of a row see the same keys.
  template <class Block>
  KOKKOS_FUNCTION tensor_cores::Marks mark(Block& block, const Task& task, int, int n) const {
    const int first = n * tensor_cores::tile_keys, there = tokens() - first;
    if (!masked) return {tensor_cores::first_bits(there), tensor_cores::first_bits(there - 32)};
    const auto is_key = layout.line(in.mask, task.at);
    const auto sees = [&](int j) { return j < tokens() && *is_key(j) != 0; };
    const int low = first + tensor_cores::lane_of(block), high = low + tensor_cores::warp_size;
    return {block.which(sees(low)), block.which(sees(high))};
  }
  KOKKOS_FUNCTION tensor_cores::Marks recall(const Task&, int, const tensor_cores::Marks& marks) const {
    return marks;
  }
};

}  // namespace attune::attention::triangle
