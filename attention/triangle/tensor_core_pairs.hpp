// attention/triangle/tensor_core_pairs.hpp
//
// What the kernels of backward leave to others, pair by pair. Before them, from the pairs alone: l and delta of every
// query, the gradients below the gate and of the gate. After them: d_b_mn = sum_r d_s_rmn, the rows r one after the
// other, from what is there on, whatever slabs and calls they come in.
#pragma once

#include "attention/tensor_cores/eight.hpp"
#include "attention/triangle/tensor_core_columns.hpp"

namespace attune::attention::triangle {

// A thread a query; rows lie in pieces of 16 bytes.
struct BackwardOfPairs {
  Layout<AnyNode> layout;
  View5<const Bfloat16> gate, o, d_o;
  View4<const float> lse;
  View5<Bfloat16> d_a, d_gate;  // empty where there is no gate, or nobody asks
  Index steps;  // tokens in whole steps
  View1<tensor_cores::QueryNumbers> to;  // (B, H, R, steps)

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Shape& s = layout.shape;
    const Index h = n % s.heads, token = n / s.heads % steps, above = n / s.heads / steps;
    const Place at{above / s.rows, above % s.rows, h};
    auto& numbers = to(((at.b * s.heads + h) * s.rows + at.row) * steps + token);
    numbers = {-minus_infinity<float>, 0};
    if (token >= s.tokens) return;

    const auto line = [&](auto* array) { return layout.line(array, at, s.value_width)(token); };
    const Bfloat16 *const of_o = line(o.data()), *const up = line(d_o.data());
    float delta = 0;
    for (Index e = 0; e < s.value_width; e += tensor_cores::piece) {
      const auto left = tensor_cores::eight_of(of_o + e), arriving = tensor_cores::eight_of(up + e);
      tensor_cores::EightNumbers product, below, of_gate;
      for (int m = 0; m < tensor_cores::piece; ++m) {
        product.of[m] = arriving.of[m] * left.of[m];
        delta += product.of[m];
      }
      if (gate.size() == 0) continue;
      const auto x = tensor_cores::eight_of(line(gate.data()) + e);
      for (int m = 0; m < tensor_cores::piece; ++m) {
        below.of[m] = sigmoid(x.of[m]) * arriving.of[m];
        of_gate.of[m] = product.of[m] * sigmoid(-x.of[m]);
      }
      tensor_cores::put_eight(line(d_a.data()) + e, below);
      if (d_gate.size() > 0) tensor_cores::put_eight(line(d_gate.data()) + e, of_gate);
    }
    const float l = *layout.line(lse.data(), at, 1)(token);
    numbers.delta = delta;
    if (l != minus_infinity<float>) numbers.lse = l * log2_e<float>;
  }
};

// d_b of a slab. A thread has eight queries of a key; 32 of them eight keys and 32 queries, so that either axis of the
// bias may be the one along which numbers lie side by side.
struct AddSlab {
  static constexpr int together = 32, keys = 8, pieces = together / keys, at_once = 8;
  Layout<AnyNode> layout;
  tensor_cores::ScoreGradients slab;
  View4<float> sums;  // d_bias

  KOKKOS_FUNCTION Index blocks_of_keys() const { return (slab.keys + keys - 1) / keys; }
  KOKKOS_FUNCTION Index blocks_of_pieces() const { return slab.queries / (pieces * tensor_cores::piece); }
  KOKKOS_FUNCTION Index first() const { return slab.first_head / layout.shape.rows; }
  Index threads() const {
    const Index last = (slab.first_head + slab.heads - 1) / layout.shape.rows;
    return (last - first() + 1) * blocks_of_keys() * blocks_of_pieces() * together;
  }

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Shape& s = layout.shape;
    const int lane = static_cast<int>(n % together);
    n /= together;
    const Index query = (n % blocks_of_pieces() * pieces + lane % pieces) * tensor_cores::piece;
    n /= blocks_of_pieces();
    const int key = static_cast<int>(n % blocks_of_keys()) * keys + lane / pieces;
    if (query >= s.tokens || key >= slab.keys) return;
    const Index number = first() + n / blocks_of_keys(), from = number * s.rows - slab.first_head;
    const Index begin = from > 0 ? from : 0, end = from + s.rows < slab.heads ? from + s.rows : slab.heads;

    tensor_cores::EightNumbers sum{};
    const auto place = [&](int m) {
      return layout.bias(number / s.heads, number % s.heads, query + m, slab.first_key + key);
    };
    for (int m = 0; m < tensor_cores::piece; ++m)
      if (query + m < s.tokens) sum.of[m] = sums.data()[place(m)];
    for (Index head = begin; head < end; head += at_once) {
      tensor_cores::Piece more[at_once] = {};  // loads of several rows are under way at once
      ATTUNE_UNROLL
      for (int r = 0; r < at_once; ++r)
        if (head + r < end && is_written(head + r, key, query))
          more[r] = *reinterpret_cast<const tensor_cores::Piece*>(slab.row(head + r, key) + query);
      ATTUNE_UNROLL
      for (int r = 0; r < at_once; ++r) {
        const auto of_row = tensor_cores::eight_of(more[r]);
        for (int m = 0; m < tensor_cores::piece; ++m) sum.of[m] += of_row.of[m];
      }
    }
    for (int m = 0; m < tensor_cores::piece; ++m)
      if (query + m < s.tokens) sums.data()[place(m)] = sum.of[m];
  }
  KOKKOS_FUNCTION bool is_written(Index head, int key, Index query) const {
    const tensor_cores::Span seen = slab.seen(head, key);
    return query >= seen.begin && query < seen.end;
  }
};

}  // namespace attune::attention::triangle
