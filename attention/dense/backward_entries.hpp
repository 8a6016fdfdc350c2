// attention/dense/backward_entries.hpp
//
// The gradient of the table of a bias from d_s of attention/tensor_cores/score_gradients.hpp:
//
//   d_theta = sum over its pairs of d_s_ij d at_ij / d theta
//
// Thread c of a row of the table adds up the queries c, c + C, ... of each slab in a table of its own, keys in
// order, so that threads that run together read what lies together; the C tables are then added in order.
#pragma once

#include "attention/dense/backward_bias.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::dense {

template <class Bias> struct AddEntries {
  tensor_cores::ScoreGradients d_s;
  Bias bias;
  Index heads_of_all, queries;
  View3<double> chunks;  // (chunks, rows, entries)

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto count = static_cast<Index>(chunks.extent(0)), rows = static_cast<Index>(chunks.extent(1));
    const Index c = n % count, r = n / count;
    for (Index head = 0; head < d_s.heads; ++head) {
      const Index of_all = d_s.first_head + head, h = of_all % heads_of_all;
      if (rows > 1 && h != r) continue;
      for (Index i = c; i < queries; i += count)
        absorb_row(of_all / heads_of_all, h, i, head, &chunks(c, r, 0));
    }
  }

  KOKKOS_FUNCTION void absorb_row(Index b, Index h, Index i, Index head, double* table) const {
    const Index group = head / d_s.heads_of_a_group;
    for (int key = 0; key < d_s.keys; ++key) {
      const tensor_cores::Span seen = d_s.seen(group, key);
      if (i < seen.begin || i >= seen.end) continue;
      const auto d_score = static_cast<float>(d_s.row(head, key)[i]);
      if (d_score != 0) bias.each(b, h, i, d_s.first_key + key, AddToTable<float>{table, double(d_score)});
    }
  }
};

// A table of zeros for each chunk; few where the table is large.
template <class Bias>
View3<double> entries_of(const Bias& bias, const Shape& s, const View2<float>& d_table) {
  if constexpr (bias::HasTable<Bias>) {
    if (d_table.size() == 0) return {};
    const Index rows = bias.rows(), entries = bias.entries();
    require(has_extents(d_table, {rows, entries}), "d_table (rows, entries)");
    constexpr Index most = 1024, most_numbers = Index(1) << 20;
    const Index by_memory = most_numbers / (rows * entries), chunks = by_memory < most ? by_memory : most;
    const Index fewest = chunks < s.queries ? chunks : s.queries;
    return View3<double>("attention::dense::chunks", fewest > 1 ? fewest : 1, rows, entries);
  }
  return {};
}
template <class Bias>
void add_to_chunks(const tensor_cores::ScoreGradients& d_s, const Bias& bias, const Shape& s,
                   const View3<double>& chunks) {
  if (chunks.size() == 0) return;
  Kokkos::parallel_for("attention::dense::add_entries",
                       every(static_cast<Index>(chunks.extent(0) * chunks.extent(1))),
                       AddEntries<Bias>{d_s, bias, s.heads, s.queries, chunks});
}
inline void add_chunks(const View3<double>& chunks, const View2<float>& d_table) {
  Kokkos::parallel_for("attention::dense::add_chunks", every(static_cast<Index>(d_table.size())),
                       AddChunks<float>{chunks, d_table});
}

}  // namespace attune::attention::dense
