// core/core/sum.hpp
//
// Floating sums that do not depend on the order of their terms, so on no number of ranks or threads.
//
// Given a bound on all terms, |x| <= M < 2^e, each term is cut into three pieces on fixed grids
// (ExtractVector of [rump2008]; reproducible by [demmel2013]):
//
//   q1 = (x + S1) - S1,   q2 = ((x - q1) + S2) - S2,   q3 = ((x - q1 - q2) + S3) - S3
//   S1 = 1.5 2^(e + 21),  S2 = 2^-31 S1,  S3 = 2^-62 S1
//
// q1, q2, q3 depend on x and e alone, and 2^20 pieces of one grid add without rounding. So partial sums of at
// most 2^20 terms are exact in any order; they are added up exactly by exact_sum.hpp, across ranks too, and
// rounded once.
//
// Error   |result - exact sum| <= n 2^(e - 94) + ulp / 2
// Cost    12 flops a term, no branches
// Limits  a term or bound that is not finite or not below 2^990 gives NaN
#pragma once

#include "core/core/blocks.hpp"
#include "core/core/communicator.hpp"
#include "core/core/exact_sum.hpp"

namespace attune::sum {

inline constexpr int pieces = 3;
inline constexpr Index exact_terms = Index(1) << 20;  // of one partial sum

// The grids of a bound.
struct Grids {
  double shift[pieces];
};
inline Grids grids(double bound) {
  Grids grids;
  const int exponent = bound > 0 ? std::ilogb(bound) + 1 : -1000;
  for (int p = 0; p < pieces; ++p) grids.shift[p] = std::ldexp(1.5, exponent + 21 - 31 * p);
  return grids;
}

// Reduction functor: partial sums of the pieces of sums [first, first + group) over blocks from `chunk`.
template <class Term> struct Accumulate {
  static constexpr int width = on_host ? 8 : 1;  // independent partial sums, for the vector unit
  using value_type = double[];
  using size_type = Index;
  unsigned value_count;
  Term term;
  Grids grid;
  Index chunk;
  int first, group;

  KOKKOS_FUNCTION void operator()(Index b, double* sums) const {
    for (int s = 0; s < group; ++s) {
      double x[lanes] = {};
      const int terms = term(chunk + b, first + s, x);
      fold(x, terms, sums + s * pieces);
    }
  }
  KOKKOS_FUNCTION void fold(const double* x, int terms, double* sum) const {
    double part[pieces][width] = {};
    for (int begin = 0; begin < terms; begin += width)
      for (int l = 0; l < width; ++l) {
        double rest = x[begin + l];
        for (int p = 0; p < pieces; ++p) {
          const double piece = (rest + grid.shift[p]) - grid.shift[p];
          part[p][l] += piece;
          rest -= piece;
        }
      }
    for (int p = 0; p < pieces; ++p)
      for (int l = 0; l < width; ++l) sum[p] += part[p][l];
  }
  KOKKOS_FUNCTION void init(double* sums) const {
    for (unsigned w = 0; w < value_count; ++w) sums[w] = 0;
  }
  KOKKOS_FUNCTION void join(double* sums, const double* others) const {
    for (unsigned w = 0; w < value_count; ++w) sums[w] += others[w];
  }
};

// Several sums over the terms of every rank. term(b, s, x) writes the terms of sum s in the local block b to
// x, which is zero on entry, and returns how many, at most `lanes`; `bound` is at least every |term|, the
// same on every rank. Collective.
template <class Term>
std::vector<double> each(const std::string& label, Index blocks, int sums, double bound, const Term& term,
                         const Communicator& ranks) {
  if (!(bound < 0x1p990)) return std::vector<double>(sums, std::numeric_limits<double>::quiet_NaN());
  constexpr Index chunk_blocks = exact_terms / lanes;
  const int group_size = on_host ? sums : 16;  // a device keeps the partial sums of a group in shared memory
  std::vector<std::int64_t> total(static_cast<std::size_t>(sums) * words, 0);

  for (int first = 0; first < sums; first += group_size) {
    const int group = sums - first < group_size ? sums - first : group_size;
    std::vector<double> part(static_cast<std::size_t>(group) * pieces);
    const Kokkos::View<double*, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> result(part.data(), part.size());
    for (Index chunk = 0; chunk < blocks; chunk += chunk_blocks) {
      const Index here = blocks - chunk < chunk_blocks ? blocks - chunk : chunk_blocks;
      const Accumulate<Term> accumulate{
          static_cast<unsigned>(part.size()), term, grids(bound), chunk, first, group};
      Kokkos::parallel_reduce(label, Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, here),
                              accumulate, result);
      Kokkos::fence(label);
      for (std::size_t w = 0; w < part.size(); ++w) {
        std::int64_t* sum = total.data() + (static_cast<std::size_t>(first) + w / pieces) * words;
        add(sum, part[w]);
        carry(sum);
      }
    }
  }

  ranks.add(total.data(), total.size());
  std::vector<double> values(sums);
  for (int s = 0; s < sums; ++s) values[s] = rounded(total.data() + static_cast<std::size_t>(s) * words);
  return values;
}

// The largest |value(i)| over the local items of every rank; infinity if one is not finite. Collective.
template <class Value> struct Largest {
  Value value;
  KOKKOS_FUNCTION void operator()(Index i, double& most) const {
    const double size = Kokkos::abs(static_cast<double>(value(i)));
    if (!(size <= most))
      most = size <= Kokkos::Experimental::finite_max_v<double> ? size
                                                                : Kokkos::Experimental::infinity_v<double>;
  }
};
template <class Value>
double largest(const std::string& label, Index items, const Value& value, const Communicator& ranks) {
  double most = 0;
  Kokkos::parallel_reduce(label, Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, items),
                          Largest<Value>{value}, Kokkos::Max<double>(most));
  if (most < 0) most = 0;  // no items
  ranks.maximum(&most, 1);
  return most;
}

// The terms of a sum over the own cells of a box: value(block, x) writes a number for each cell of a block.
template <class Value> struct Cells {
  Value value;
  Blocks blocks;
  KOKKOS_FUNCTION int operator()(Index b, int, double* x) const {
    const Block block = blocks.at(b);
    value(block, x);
    return block.cells;
  }
  KOKKOS_FUNCTION double operator()(Index b) const {  // the largest of the block
    double x[lanes] = {}, most = 0;
    const int cells = (*this)(b, 0, x);
    for (int c = 0; c < cells; ++c)
      if (!(Kokkos::abs(x[c]) <= most)) most = Kokkos::abs(x[c]);
    return most;
  }
};

// The sum of the numbers that value(block, x) gives the cells of `own`, over all ranks. Evaluates value
// twice. Collective.
template <class Value>
double over_cells(const std::string& label, const Box& own, const Value& value, const Communicator& ranks) {
  const Blocks blocks(own);
  const Cells<Value> cells{value, blocks};
  return each(label, blocks.count(), 1, largest(label, blocks.count(), cells, ranks), cells, ranks).front();
}

// The terms of over(): items in blocks of `lanes`.
template <class Value> struct Items {
  Value value;
  Index items;
  KOKKOS_FUNCTION int operator()(Index b, int, double* x) const {
    const Index begin = b * lanes, left = items - begin;
    const int terms = static_cast<int>(left < lanes ? left : lanes);
    for (int l = 0; l < terms; ++l) x[l] = value(begin + l);
    return terms;
  }
};

// The sum of value(i) over the local items i of every rank. Evaluates value twice. Collective.
template <class Value>
double over(const std::string& label, Index items, const Value& value, const Communicator& ranks) {
  const double bound = largest(label, items, value, ranks);
  return each(label, (items + lanes - 1) / lanes, 1, bound, Items<Value>{value, items}, ranks).front();
}

}  // namespace attune::sum
