// attention/triangle/tensor_core_bias.hpp
//
// The bias of triangle attention as tensor cores add it, laid out once a call for all rows: divided by the scale,
// as the sums of the 32 threads of a warp are, 16 bytes a thread side by side, whichever axis of the bias is the
// query's.
//
// Memory   4 bytes for each head and pair of tokens, the queries rounded up to 16, the keys to 64
#pragma once

#include "attention/tensor_cores/added.hpp"
#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

// b / scale: (B H, queries / 16, keys / 64, 8, 32) SumsOfLane; 0 beyond the tokens.
template <class Node> struct BiasOfSums {
  static constexpr int rows = 16, keys = 64, lanes = tensor_cores::warp_size;
  Layout<Node> layout;
  View4<const float> bias;
  float inverse;  // 1 / scale
  View1<float> sums;

  KOKKOS_FUNCTION static Index cut(Index tokens, int size) { return (tokens + size - 1) / size; }
  KOKKOS_FUNCTION static Index numbers(const Shape& s) {
    return s.batches * s.heads * cut(s.tokens, rows) * cut(s.tokens, keys) * rows * keys;
  }
  // Those of queries from `query` on, a multiple of 16, and keys from 64 n on.
  KOKKOS_FUNCTION Index place(Index head, Index query, Index n) const {
    const Index tokens = layout.shape.tokens;
    return ((head * cut(tokens, rows) + query / rows) * cut(tokens, keys) + n) * rows * keys;
  }

  KOKKOS_FUNCTION void operator()(Index number) const {
    const Shape& s = layout.shape;
    const int e = static_cast<int>(number % 4), lane = static_cast<int>(number / 4 % lanes);
    const int of_tile = static_cast<int>(number / (4 * lanes) % (keys / 8));
    const Index tile = number / (rows * keys), above = tile / cut(s.tokens, keys);
    const Index j = tile % cut(s.tokens, keys) * keys + 8 * of_tile + tensor_cores::column_of(lane, e);
    const Index i = above % cut(s.tokens, rows) * rows + tensor_cores::row_of(lane, e);
    const Index head = above / cut(s.tokens, rows);
    const bool is_pair = i < s.tokens && j < s.tokens;
    sums(number) = is_pair ? bias.data()[layout.bias(head / s.heads, head % s.heads, i, j)] * inverse : 0.0f;
  }
};

template <class Node>
BiasOfSums<Node> bias_of_sums(const Layout<Node>& layout, const View4<const float>& bias, float scale) {
  const Index count = bias.size() > 0 && layout.shape.rows > 0 ? BiasOfSums<Node>::numbers(layout.shape) : 0;
  const BiasOfSums<Node> body{
      layout, bias, 1 / scale,
      View1<float>(Kokkos::view_alloc("attention::triangle::bias_of_sums", Kokkos::WithoutInitializing),
                   count)};
  if (count > 0) Kokkos::parallel_for("attention::triangle::bias_of_sums", every(count), body);
  return body;
}

}  // namespace attune::attention::triangle
