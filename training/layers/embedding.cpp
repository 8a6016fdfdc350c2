// training/layers/embedding.cpp
#include "training/layers/embedding.hpp"

#include "core/core/blocks.hpp"

namespace attune::training::layers::embedding {

namespace {

constexpr Index places_of_piece = 256;

// Where each table row occurs, and the pieces its occurrences are cut into.
struct Occurrences {
  std::vector<Index> place;  // the i of row 0 in ascending order, then those of row 1, ...
  std::vector<Index> begin{0};  // of every piece in place, and the end of the last one
  std::vector<Index> piece{0};  // of every row, the first, and the end of the last one's
};

Occurrences occurrences(const std::vector<int>& indices, Index entries) {
  std::vector<Index> next(static_cast<std::size_t>(entries) + 1, 0);
  for (const int c : indices)
    if (c >= 0) ++next[static_cast<std::size_t>(c) + 1];
  for (Index v = 0; v < entries; ++v) next[v + 1] += next[v];

  Occurrences all;
  for (Index v = 0; v < entries; ++v) {
    for (Index at = next[v]; at < next[v + 1]; at += places_of_piece)
      all.begin.push_back(std::min(at + places_of_piece, next[v + 1]));
    all.piece.push_back(static_cast<Index>(all.begin.size()) - 1);
  }
  all.place.resize(static_cast<std::size_t>(next[entries]));
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (indices[i] >= 0) all.place[next[indices[i]]++] = static_cast<Index>(i);
  return all;
}

template <class Scalar> struct Gather {
  View2<const Scalar> table;
  View1<const int> indices;
  View2<Scalar> y;
  KOKKOS_FUNCTION void operator()(Index i, Index d) const {
    const int c = indices(i);
    y(i, d) = c >= 0 ? table(c, d) : Scalar(0);
  }
};

template <class Scalar> struct SumPieces {
  View1<const Index> place, begin;
  View2<const Scalar> d_y;
  View2<Scalar> partial;  // (pieces, D)
  Index column_blocks;

  KOKKOS_FUNCTION void operator()(Index task) const {
    const Index piece = task / column_blocks, first = task % column_blocks * lanes;
    const Index left = static_cast<Index>(partial.extent(1)) - first, columns = left < lanes ? left : lanes;
    Scalar sum[lanes] = {};
    for (Index at = begin(piece); at < begin(piece + 1); ++at)
      for (Index d = 0; d < columns; ++d) sum[d] += d_y(place(at), first + d);
    for (Index d = 0; d < columns; ++d) partial(piece, first + d) = sum[d];
  }
};

template <class Scalar> struct AddPieces {
  View1<const Index> piece;
  View2<const Scalar> partial;
  View2<Scalar> d_table;
  KOKKOS_FUNCTION void operator()(Index v, Index d) const {
    Scalar sum = 0;
    for (Index p = piece(v); p < piece(v + 1); ++p) sum += partial(p, d);
    d_table(v, d) += sum;
  }
};

void require_in_table(const std::vector<int>& indices, Index entries) {
  for (const int c : indices) require(c >= -1 && c < entries, "an index is a row of the table, or -1");
}

}  // namespace

template <class Scalar>
void forward(const Weights<Scalar>& w, const View1<const int>& indices, const View2<Scalar>& y) {
  require(y.extent(0) == indices.extent(0) && y.extent(1) == w.table.extent(1),
          "y has a row for each index, as wide as the table");
  require_in_table(to_host(indices), static_cast<Index>(w.table.extent(0)));
  Kokkos::parallel_for("training::layers::embedding::forward", every_entry(y.extent(0), y.extent(1)),
                       Gather<Scalar>{w.table, indices, y});
}

template <class Scalar>
void backward(const View1<const int>& indices, const Input<Scalar>& d_y, const Weights<Scalar>& d_w) {
  require(d_y.extent(0) == indices.extent(0) && d_y.extent(1) == d_w.table.extent(1),
          "d_y has a row for each index, as wide as the table");
  const auto entries = static_cast<Index>(d_w.table.extent(0)), width = static_cast<Index>(d_y.extent(1));
  const auto host = to_host(indices);
  require_in_table(host, entries);
  const auto all = occurrences(host, entries);
  const Index pieces = static_cast<Index>(all.begin.size()) - 1, blocks = (width + lanes - 1) / lanes;

  const View2<Scalar> partial(
      Kokkos::view_alloc("training::layers::embedding::partial", Kokkos::WithoutInitializing), pieces, width);
  const View1<const Index> place = to_device("training::layers::embedding::place", all.place);
  const View1<const Index> begin = to_device("training::layers::embedding::begin", all.begin);
  const View1<const Index> piece = to_device("training::layers::embedding::piece", all.piece);
  Kokkos::parallel_for("training::layers::embedding::pieces", every(pieces * blocks),
                       SumPieces<Scalar>{place, begin, d_y, partial, blocks});
  Kokkos::parallel_for("training::layers::embedding::backward", every_entry(entries, width),
                       AddPieces<Scalar>{piece, partial, d_w.table});
}

template void forward(const Weights<float>&, const View1<const int>&, const View2<float>&);
template void forward(const Weights<double>&, const View1<const int>&, const View2<double>&);
template void backward(const View1<const int>&, const Input<float>&, const Weights<float>&);
template void backward(const View1<const int>&, const Input<double>&, const Weights<double>&);

}  // namespace attune::training::layers::embedding
