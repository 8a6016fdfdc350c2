// attention/triangle/tensor_core_problem.hpp
//
// Triangle attention as a Problem of attention/tensor_cores/forward.hpp: a block takes queries of one row of pairs
// that follow one another. Blocks that differ in their row alone follow one another too, so that those on one
// multiprocessor read what they add to the scores, which the rows share, from its cache: it is the most that
// a block reads, 32 KiB for 64 keys of which k and v take 8 KiB at a width of 32.
#pragma once

#include "attention/tensor_cores/forward.hpp"
#include "attention/tensor_cores/widths.hpp"
#include "attention/triangle/attention_shapes.hpp"
#include "attention/triangle/tensor_core_bias.hpp"

namespace attune::attention::triangle {

template <class Node> struct TensorCoreProblem {
  using Marked = void;
  static constexpr bool has_ranges = false;

  Layout<Node> layout;
  Inputs<Bfloat16> in;
  Outputs<Bfloat16> out;
  BiasOfSums<Node> bias;
  float factor;  // scale
  bool biased, gated, masked, in_pieces;

  struct Task {
    Place at;
    int first;  // query
  };

  KOKKOS_FUNCTION const Shape& shape() const { return layout.shape; }
  KOKKOS_FUNCTION int tokens() const { return static_cast<int>(shape().tokens); }
  KOKKOS_FUNCTION int keys(const Task&) const { return tokens(); }
  KOKKOS_FUNCTION int width() const { return static_cast<int>(shape().width); }
  KOKKOS_FUNCTION int value_width() const { return static_cast<int>(shape().value_width); }
  KOKKOS_FUNCTION bool whole() const { return in_pieces; }

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
  KOKKOS_FUNCTION tensor_cores::RowsAt<Scalar> rows(Scalar* array, const Task& task, int first,
                                                    Index width) const {
    const Line<Scalar> line = layout.line(array, task.at, width);
    return {line(first), static_cast<int>(line.stride), tokens() - first};
  }
  KOKKOS_FUNCTION auto q(const Task& task) const { return rows(in.q.data(), task, task.first, width()); }
  KOKKOS_FUNCTION auto k(const Task& task) const { return rows(in.k.data(), task, 0, width()); }
  KOKKOS_FUNCTION auto v(const Task& task) const { return rows(in.v.data(), task, 0, value_width()); }
  KOKKOS_FUNCTION auto o(const Task& task) const {
    return rows(out.o.data(), task, task.first, value_width());
  }
  KOKKOS_FUNCTION float* lse(const Task& task, int r) const {
    return rows(out.lse.data(), task, task.first, 1)(r);
  }
  KOKKOS_FUNCTION bool gates() const { return gated; }
  KOKKOS_FUNCTION auto gate(const Task& task) const {
    return rows(in.gate.data(), task, task.first, value_width());
  }

  KOKKOS_FUNCTION bool adds() const { return biased; }
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

template <class Node> bool fits_tensor_cores(const Inputs<Bfloat16>& in, const Node& node) {
  const Shape s = shape_of(in, node);
  constexpr Index most_tokens = Index(1) << 30, most_stride = (Index(1) << 31) - 1;
  const Index width = s.width > s.value_width ? s.width : s.value_width;
  const Index stride = node.pair(s.rows, s.tokens).j * s.heads * width;
  return width <= 128 && s.tokens < most_tokens && stride <= most_stride &&
         score_scale<float>(in.scale, s.width) > 0;
}

template <class Node, class Launch>
void forward_on_tensor_cores(const Inputs<Bfloat16>& in, const Node& node, const Outputs<Bfloat16>& out,
                             const Launch& launch) {
  using Problem = TensorCoreProblem<Node>;
  require_shapes(in, node);
  require_output_shapes<Bfloat16>(in, node, out.o, out.lse);
  const Shape s = shape_of(in, node);
  const float scale = score_scale<float>(in.scale, s.width);
  const Problem problem{{node, s},
                        in,
                        out,
                        bias_of_sums<Node>({node, s}, in.bias, scale),
                        scale,
                        in.bias.size() > 0,
                        in.gate.size() > 0,
                        in.mask.size() > 0,
                        tensor_cores::in_pieces(in.q, in.k, in.v, out.o)};
  const char* const label = "attention::triangle::forward_on_tensor_cores";
  tensor_cores::of_width(s.width > s.value_width ? s.width : s.value_width, [&](auto width) {
    const tensor_cores::Forward<decltype(width)::value, Problem> kernel{problem};
    launch(label, kernel.blocks(), kernel);
  });
}

}  // namespace attune::attention::triangle
