// attention/triangle/attention_rows.hpp
//
// What the kernels of every pass share: where the numbers of a row of pairs lie, and one score, computed from
// the same numbers in the same order, so that backward meets the very p of forward.
//
// A thread takes up to `tile` tokens of a row: what it reads of the other token serves all of them. Each
// result is still one thread's sum in one order, which no tile changes.
#pragma once

#include "attention/rows.hpp"
#include "attention/running_softmax.hpp"
#include "attention/score_scale.hpp"
#include "attention/triangle/attention.hpp"

namespace attune::attention::triangle {

inline constexpr Index tile = on_host ? 8 : 1;

KOKKOS_INLINE_FUNCTION Index tiles_of(Index tokens) { return (tokens + tile - 1) / tile; }

// The numbers of the tokens of one row; those of token m begin at begin + m stride. Null if the array is
// empty.
template <class Scalar> struct Line {
  Scalar* begin = nullptr;
  Index stride = 0;
  KOKKOS_FUNCTION Scalar* operator()(Index token) const { return begin + token * stride; }
};

struct Place {
  Index b, row, h;
};

template <class Node> struct Layout {
  Node node;
  Shape shape;

  // The place of (row, token) among the pairs (B, I, J).
  KOKKOS_FUNCTION Index pair(Index b, Index row, Index token) const {
    const Pair at = node.pair(row, token), lengths = node.pair(shape.rows, shape.tokens);
    return (b * lengths.i + at.i) * lengths.j + at.j;
  }

  // `width` numbers a pair and head: an array (B, I, J, H, width).
  template <class Scalar>
  KOKKOS_FUNCTION Line<Scalar> line(Scalar* array, const Place& at, Index width) const {
    if (array == nullptr) return {};
    const Index first = pair(at.b, at.row, 0), stride = pair(at.b, at.row, 1) - first;
    return {array + (first * shape.heads + at.h) * width, stride * shape.heads * width};
  }

  // A number a pair: an array (B, I, J).
  KOKKOS_FUNCTION Line<const std::uint8_t> line(const View3<const std::uint8_t>& mask,
                                                const Place& at) const {
    if (mask.size() == 0) return {};
    const Index first = pair(at.b, at.row, 0);
    return {mask.data() + first, pair(at.b, at.row, 1) - first};
  }

  // The place in (B, H, N, N) of what query m and key n have between them.
  KOKKOS_FUNCTION Index bias(Index b, Index h, Index query, Index key) const {
    const Pair at = node.bias(query, key);
    return ((b * shape.heads + h) * shape.tokens + at.i) * shape.tokens + at.j;
  }

  // Work item n of B x R x H x tiles_of(N), and the first token of its tile.
  KOKKOS_FUNCTION Place place(Index n, Index& first) const {
    first = n % tiles_of(shape.tokens) * tile;
    const Index above = n / tiles_of(shape.tokens), row = above / shape.heads;
    return {row / shape.rows, row % shape.rows, above % shape.heads};
  }
  KOKKOS_FUNCTION Index past(Index first) const {
    return first + tile < shape.tokens ? first + tile : shape.tokens;
  }
};

// The scores of one row and head.
template <class Scalar> struct RowScore {
  Line<const Scalar> q, k;
  Line<const std::uint8_t> mask;
  const Scalar* bias;  // of query 0 and key 0
  Index bias_of_query, bias_of_key;
  Scalar scale;
  Index width;

  KOKKOS_FUNCTION bool is_key(Index n) const { return mask.begin == nullptr || *mask(n) != 0; }

  // s of query m and a key n; false where the bias masks it.
  KOKKOS_FUNCTION bool find(Index m, Index n, Scalar& s) const {
    s = scale * dot(q(m), k(n), width);
    if (bias != nullptr) s += bias[m * bias_of_query + n * bias_of_key];
    return s != minus_infinity<Scalar>;
  }
};

template <class Scalar, class Node> struct Score {
  Layout<Node> layout;
  View5<const Scalar> q, k;
  View4<const Scalar> bias;
  View3<const std::uint8_t> mask;
  Scalar scale;

  KOKKOS_FUNCTION RowScore<Scalar> row(const Place& at) const {
    const Index width = layout.shape.width, origin = layout.bias(at.b, at.h, 0, 0);
    return {layout.line(q.data(), at, width),
            layout.line(k.data(), at, width),
            layout.line(mask, at),
            bias.size() > 0 ? bias.data() + origin : nullptr,
            layout.bias(at.b, at.h, 1, 0) - origin,
            layout.bias(at.b, at.h, 0, 1) - origin,
            scale,
            width};
  }
};

template <class Scalar, class Node> Score<Scalar, Node> score_of(const Inputs<Scalar>& in, const Node& node) {
  const Shape s = shape_of(in, node);
  return {{node, s}, in.q, in.k, in.bias, in.mask, score_scale<Scalar>(in.scale, s.width)};
}

template <class Scalar> KOKKOS_FUNCTION Scalar sigmoid(Scalar x) { return 1 / (1 + Kokkos::exp(-x)); }

inline Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(Index items) { return {0, items}; }

}  // namespace attune::attention::triangle
