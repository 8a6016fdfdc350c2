// attention/bias/bucket.hpp
//
// A table looked up by a small number that each pair carries: the distance of two nodes in a graph, a class
// of relation, a range of offsets:
//
//   at(b, h, i, j) = theta(h|0, index(b|0, i, j))
//
// Gradient d_theta(t) = sum of d_score over the pairs of bucket t
// Source   spatial encoding of Graphormer [ying2021], eq. 6; buckets of T5 [raffel2020], section 2.1
// Shapes   theta (H|1, T), T <= 256; index (B|1, M, N)
// Cost     one byte and one number read a score
// Limits   every index is below T: bucket() checks it, with one pass over the index
#pragma once

#include "attention/bias/bias.hpp"
#include "core/core/require.hpp"
#include "core/core/sum.hpp"

namespace attune::attention::bias {

template <class Scalar> struct Bucket {
  View2<const Scalar> theta;
  View3<const std::uint8_t> index;

  KOKKOS_FUNCTION Index entry(Index b, Index i, Index j) const {
    return index(index.extent(0) == 1 ? 0 : b, i, j);
  }
  KOKKOS_FUNCTION Scalar at(Index b, Index h, Index i, Index j) const {
    return of_head(theta, h, entry(b, i, j));
  }
  Index rows() const { return static_cast<Index>(theta.extent(0)); }
  Index entries() const { return static_cast<Index>(theta.extent(1)); }
  bool fits(const Shape4& pairs) const {
    const auto extent = [this](int axis) { return static_cast<Index>(index.extent(axis)); };
    return (extent(0) == 1 || extent(0) == pairs[0]) && extent(1) == pairs[2] && extent(2) == pairs[3];
  }
  template <class Visit>
  KOKKOS_FUNCTION void each(Index b, Index, Index i, Index j, const Visit& visit) const {
    visit(entry(b, i, j), Scalar(1));
  }
};

struct BucketAt {
  View3<const std::uint8_t> index;
  KOKKOS_FUNCTION double operator()(Index n) const { return index.data()[n]; }
};

// Throws BrokenPromise if a pair has a bucket that the table has not.
template <class Scalar>
Bucket<Scalar> bucket(const View2<const Scalar>& theta, const View3<const std::uint8_t>& index) {
  const auto pairs = static_cast<Index>(index.size());
  const double most =
      sum::largest("attention::bias::largest_bucket", pairs, BucketAt{index}, Communicator::alone());
  require(pairs == 0 || most < static_cast<double>(theta.extent(1)),
          "every bucket has an entry in the table");
  return {theta, index};
}

}  // namespace attune::attention::bias
