// training/layers/column_sums.hpp
//
//   sum_j += sum_i term(i, j),   i < rows
//
// Gradients of what a layer adds to or multiplies every row with. Rows are cut into chunks of 256; a chunk is
// summed in order by one thread for each block of columns, and the chunks are added in order. So the bits
// depend on the number of rows alone.
//
// Cost     rows columns terms; memory columns ceil(rows / 256) scalars
#pragma once

#include "core/core/blocks.hpp"
#include "training/layers/arrays.hpp"

namespace attune::training::layers {

inline constexpr Index rows_of_chunk = 256;

template <class Scalar, class Term> struct ChunkSums {
  Term term;
  Index rows, column_blocks;
  View2<Scalar> partial;  // (chunks, columns)

  KOKKOS_FUNCTION void operator()(Index task) const {
    const Index chunk = task / column_blocks, first = task % column_blocks * lanes;
    const Index left = static_cast<Index>(partial.extent(1)) - first, columns = left < lanes ? left : lanes;
    const Index begin = chunk * rows_of_chunk;
    const Index end = begin + rows_of_chunk < rows ? begin + rows_of_chunk : rows;
    Scalar sum[lanes] = {};
    for (Index i = begin; i < end; ++i)
      for (Index j = 0; j < columns; ++j) sum[j] += term(i, first + j);
    for (Index j = 0; j < columns; ++j) partial(chunk, first + j) = sum[j];
  }
};

template <class Scalar> struct AddChunkSums {
  View2<const Scalar> partial;
  View1<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index j) const {
    Scalar total = 0;
    for (std::size_t chunk = 0; chunk < partial.extent(0); ++chunk) total += partial(chunk, j);
    sum(j) += total;
  }
};

// term(i, j) is a functor of Views that returns a Scalar.
template <class Scalar, class Term>
void add_column_sums(const std::string& label, Index rows, const Term& term, const View1<Scalar>& sum) {
  const auto columns = static_cast<Index>(sum.extent(0));
  const Index chunks = (rows + rows_of_chunk - 1) / rows_of_chunk, blocks = (columns + lanes - 1) / lanes;
  const View2<Scalar> partial(Kokkos::view_alloc(label + "::partial", Kokkos::WithoutInitializing), chunks,
                              columns);
  Kokkos::parallel_for(label, every(chunks * blocks), ChunkSums<Scalar, Term>{term, rows, blocks, partial});
  Kokkos::parallel_for(label + "::add", every(columns), AddChunkSums<Scalar>{partial, sum});
}

// The term of plain sums over the rows of x.
template <class Scalar> struct Entry {
  View2<const Scalar> x;
  KOKKOS_FUNCTION Scalar operator()(Index i, Index j) const { return x(i, j); }
};

}  // namespace attune::training::layers
