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

// Row n of the B H M rows of `heads`, and where its first entry lies in `rows`.
struct HeadRow {
  Index b, h, i, row, first;
  template <class View>
  KOKKOS_FUNCTION HeadRow(const View& heads, Index n)
      : b(n / static_cast<Index>(heads.extent(2)) / static_cast<Index>(heads.extent(1))),
        h(n / static_cast<Index>(heads.extent(2)) % static_cast<Index>(heads.extent(1))),
        i(n % static_cast<Index>(heads.extent(2))),
        row(b * static_cast<Index>(heads.extent(2)) + i),
        first(h * static_cast<Index>(heads.extent(3))) {}
};

template <class Scalar> struct SplitHeads {
  View2<const Scalar> rows;
  View4<Scalar> heads;
  KOKKOS_FUNCTION void operator()(Index n, Index d) const {
    const HeadRow at(heads, n);
    heads(at.b, at.h, at.i, d) = rows(at.row, at.first + d);
  }
};

template <class Scalar> struct MergeHeads {
  View4<const Scalar> heads;
  View2<Scalar> rows;
  KOKKOS_FUNCTION void operator()(Index n, Index d) const {
    const HeadRow at(heads, n);
    rows(at.row, at.first + d) = heads(at.b, at.h, at.i, d);
  }
};

template <class Rows, class Heads> void require_heads(const Rows& rows, const Heads& heads) {
  require(rows.extent(0) == heads.extent(0) * heads.extent(2) &&
              rows.extent(1) == heads.extent(1) * heads.extent(3),
          "rows (B M, H D) of heads (B, H, M, D)");
}

template <class View> auto every_head_entry(const View& heads) {
  return layers::every_entry(heads.extent(0) * heads.extent(1) * heads.extent(2), heads.extent(3));
}

template <class Scalar> void split_heads(const layers::Input<Scalar>& rows, const View4<Scalar>& heads) {
  require_heads(rows, heads);
  Kokkos::parallel_for("training::blocks::split_heads", every_head_entry(heads),
                       SplitHeads<Scalar>{rows, heads});
}

template <class Scalar>
void merge_heads(const std::type_identity_t<View4<const Scalar>>& heads, const View2<Scalar>& rows) {
  require_heads(rows, heads);
  Kokkos::parallel_for("training::blocks::merge_heads", every_head_entry(heads),
                       MergeHeads<Scalar>{heads, rows});
}

}  // namespace attune::training::blocks
