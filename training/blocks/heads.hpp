// training/blocks/heads.hpp
//
// Heads side by side in rows, as linear layers have them, and apart, as attention wants them:
//
//   rows(b M + i, h D + d) = heads(b, h, i, d)
//
// Shapes   rows (B M, H D), heads (B, H, M, D)
// Limits   a copy either way, bit for bit; any extents
#pragma once

#include "training/layers/arrays.hpp"

namespace attune::training::blocks {

// Where entry d of row n of (B, H, M, D) lies in the rows.
struct HeadPlace {
  Index b, h, i;
  KOKKOS_FUNCTION HeadPlace(Index n, Index heads, Index tokens)
      : b(n / tokens / heads), h(n / tokens % heads), i(n % tokens) {}
};

template <class Scalar> struct SplitHeads {
  View2<const Scalar> rows;
  View4<Scalar> heads;
  KOKKOS_FUNCTION void operator()(Index n, Index d) const {
    const auto count = static_cast<Index>(heads.extent(1)), tokens = static_cast<Index>(heads.extent(2)),
               width = static_cast<Index>(heads.extent(3));
    const HeadPlace at(n, count, tokens);
    heads(at.b, at.h, at.i, d) = rows(at.b * tokens + at.i, at.h * width + d);
  }
};

template <class Scalar> struct MergeHeads {
  View4<const Scalar> heads;
  View2<Scalar> rows;
  KOKKOS_FUNCTION void operator()(Index n, Index d) const {
    const auto count = static_cast<Index>(heads.extent(1)), tokens = static_cast<Index>(heads.extent(2)),
               width = static_cast<Index>(heads.extent(3));
    const HeadPlace at(n, count, tokens);
    rows(at.b * tokens + at.i, at.h * width + d) = heads(at.b, at.h, at.i, d);
  }
};

template <class Rows, class Heads> void require_heads(const Rows& rows, const Heads& heads) {
  require(rows.extent(0) == heads.extent(0) * heads.extent(2) &&
              rows.extent(1) == heads.extent(1) * heads.extent(3),
          "rows (B M, H D) of heads (B, H, M, D)");
}

template <class Scalar> void split_heads(const layers::Input<Scalar>& rows, const View4<Scalar>& heads) {
  require_heads(rows, heads);
  Kokkos::parallel_for(
      "training::blocks::split_heads",
      layers::every_entry(heads.extent(0) * heads.extent(1) * heads.extent(2), heads.extent(3)),
      SplitHeads<Scalar>{rows, heads});
}

template <class Scalar>
void merge_heads(const std::type_identity_t<View4<const Scalar>>& heads, const View2<Scalar>& rows) {
  require_heads(rows, heads);
  Kokkos::parallel_for(
      "training::blocks::merge_heads",
      layers::every_entry(heads.extent(0) * heads.extent(1) * heads.extent(2), heads.extent(3)),
      MergeHeads<Scalar>{heads, rows});
}

}  // namespace attune::training::blocks
