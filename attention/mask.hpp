// attention/mask.hpp
//
// Which keys j a query i sees, in batch b. A mask is any struct with
//
//   allows(b, i, j)                     decides
//
// and, where whole ranges can be skipped, both of
//
//   keys(b, i, N), queries(b, j, M)     a range outside which nothing is allowed
//
// and, where everything inside is allowed, a type `Exact`.
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

struct Range {
  Index begin, end;  // begin .. end - 1
};

struct Full {
  KOKKOS_FUNCTION bool allows(Index, Index, Index) const { return true; }
};

// |i - j| bounded on either side:  -below <= j - i <= above.
struct Window {
  using Exact = void;
  Index below, above;
  KOKKOS_FUNCTION bool allows(Index, Index i, Index j) const { return i - j <= below && j - i <= above; }
  KOKKOS_FUNCTION Range keys(Index, Index i, Index n) const {
    const Index begin = i > below ? i - below : 0, end = above < n - i ? i + above + 1 : n;
    return {begin, end < n ? end : n};
  }
  KOKKOS_FUNCTION Range queries(Index b, Index j, Index m) const {
    return Window{above, below}.keys(b, j, m);
  }
};

// j <= i + shift. With shift = N - M the last query sees the last key.
struct Causal {
  using Exact = void;
  Index shift = 0;
  KOKKOS_FUNCTION bool allows(Index, Index i, Index j) const { return j <= i + shift; }
  KOKKOS_FUNCTION Range keys(Index, Index i, Index n) const {
    const Index end = i + shift + 1;
    return {0, end < 0 ? 0 : end < n ? end : n};
  }
  KOKKOS_FUNCTION Range queries(Index, Index j, Index m) const { return {j > shift ? j - shift : 0, m}; }
};

// Keys of a batch that are there; a key of value 0 is padding. Shape (B, N).
struct KeyPadding {
  View2<const std::uint8_t> present;
  KOKKOS_FUNCTION bool allows(Index b, Index, Index j) const { return present(b, j) != 0; }
};

// Sequences or small graphs of several sizes in one batch: the first queries(b) and keys(b) of batch b are
// there.
struct Lengths {
  using Exact = void;
  View1<const Index> sizes_of_queries, sizes_of_keys;  // (B)
  KOKKOS_FUNCTION bool allows(Index b, Index i, Index j) const {
    return i < sizes_of_queries(b) && j < sizes_of_keys(b);
  }
  KOKKOS_FUNCTION Range keys(Index b, Index i, Index) const {
    return {0, i < sizes_of_queries(b) ? sizes_of_keys(b) : 0};
  }
  KOKKOS_FUNCTION Range queries(Index b, Index j, Index) const {
    return {0, j < sizes_of_keys(b) ? sizes_of_queries(b) : 0};
  }
};

// What both masks allow.
template <class First, class Second> struct Both {
  First first;
  Second second;
  KOKKOS_FUNCTION bool allows(Index b, Index i, Index j) const {
    return first.allows(b, i, j) && second.allows(b, i, j);
  }
};

template <class Mask>
concept HasRanges = requires(const Mask& mask, Index n) {
  mask.keys(n, n, n);
  mask.queries(n, n, n);
};

template <class Mask> inline constexpr bool exact_ranges = requires { typename Mask::Exact; };

template <class Mask> KOKKOS_FUNCTION Range keys_of(const Mask& mask, Index b, Index i, Index n) {
  if constexpr (HasRanges<Mask>) return mask.keys(b, i, n);
  return {0, n};
}
template <class Mask> KOKKOS_FUNCTION Range queries_of(const Mask& mask, Index b, Index j, Index m) {
  if constexpr (HasRanges<Mask>) return mask.queries(b, j, m);
  return {0, m};
}

}  // namespace attune::attention
