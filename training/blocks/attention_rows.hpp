// training/blocks/attention_rows.hpp
//
// Some rows of triangle attention (attention/triangle/node.hpp) as arrays of their own. Around the ending
// node a row of attention is a column of the pair array, and a chunk of them has gaps in memory.
#pragma once

#include "attention/triangle/node.hpp"
#include "training/blocks/normed.hpp"
#include "training/blocks/pairs.hpp"

namespace attune::training::blocks::triangle_attention {

using attention::triangle::Pair;

// Where the pairs of the chunk are: an array (1, I, J, .) of `rows` rows and all tokens.
template <class Node> struct Place {
  Node node;
  Index batch;
  Range rows;
  Index tokens;

  Index pairs() const { return rows.count * tokens; }
  KOKKOS_FUNCTION Pair lengths() const { return node.pair(rows.count, tokens); }
  // Pair (i, j) of the whole array that is pair p of the chunk.
  KOKKOS_FUNCTION Pair operator()(Index p) const {
    const Index across = lengths().j;
    const Pair token_of_row = node.pair(p / across, p % across);
    return node.pair(rows.first + token_of_row.i, token_of_row.j);
  }
};

template <class Scalar, class Node> struct Take {
  View4<const Scalar> whole;
  Place<Node> place;
  View2<Scalar> part;
  KOKKOS_FUNCTION void operator()(Index p, Index c) const {
    const Pair at = place(p);
    part(p, c) = whole(place.batch, at.i, at.j, c);
  }
};

template <class Scalar, class Node> struct Put {
  View2<const Scalar> part;
  Place<Node> place;
  View4<Scalar> whole;
  KOKKOS_FUNCTION void operator()(Index p, Index c) const {
    const Pair at = place(p);
    whole(place.batch, at.i, at.j, c) = part(p, c);
  }
};

template <class Node> struct TakeMask {
  View3<const std::uint8_t> whole;
  Place<Node> place;
  View3<std::uint8_t> part;
  KOKKOS_FUNCTION void operator()(Index p) const {
    const Pair at = place(p);
    part.data()[p] = whole(place.batch, at.i, at.j);
  }
};

template <class Scalar, class Node>
void take(const View4<const Scalar>& whole, const Place<Node>& place, const View2<Scalar>& part) {
  Kokkos::parallel_for("training::blocks::triangle_attention::take",
                       layers::every_entry(part.extent(0), part.extent(1)),
                       Take<Scalar, Node>{whole, place, part});
}

template <class Scalar, class Node>
void put(const View2<const Scalar>& part, const Place<Node>& place, const View4<Scalar>& whole) {
  Kokkos::parallel_for("training::blocks::triangle_attention::put",
                       layers::every_entry(part.extent(0), part.extent(1)),
                       Put<Scalar, Node>{part, place, whole});
}

template <class Node>
View3<const std::uint8_t> take_mask(const View3<const std::uint8_t>& whole, const Place<Node>& place) {
  if (whole.size() == 0) return {};
  const Pair lengths = place.lengths();
  const View3<std::uint8_t> part(
      Kokkos::view_alloc("training::blocks::triangle_attention::mask", Kokkos::WithoutInitializing), 1,
      lengths.i, lengths.j);
  Kokkos::parallel_for("training::blocks::triangle_attention::take_mask", layers::every(place.pairs()),
                       TakeMask<Node>{whole, place, part});
  return part;
}

// A row of H D numbers a pair, as attention reads it: (1, I, J, H, D).
template <class Scalar, class Node>
View5<Scalar> heads_of(const View2<Scalar>& x, const Place<Node>& place, Index heads) {
  const Pair lengths = place.lengths();
  return View5<Scalar>(x.data(), 1, lengths.i, lengths.j, heads, static_cast<Index>(x.extent(1)) / heads);
}

}  // namespace attune::training::blocks::triangle_attention
