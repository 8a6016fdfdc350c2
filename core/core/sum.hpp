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

#include <algorithm>

#include "core/core/blocks.hpp"
#include "core/core/communicator.hpp"
#include "core/core/exact_sum.hpp"
#include "core/core/simd.hpp"

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

// The partial sums of the pieces of one sum on a processor, a register for each.
struct PartialSums {
  simd::Vector<double> shift[pieces], part[pieces];

  explicit PartialSums(const Grids& grid) {
    for (int p = 0; p < pieces; ++p) shift[p] = simd::splat(grid.shift[p]), part[p] = simd::splat(0.0);
  }
  // Terms up to the next multiple of a register are read, and are zero beyond the last.
  ATTUNE_INLINE void add(const double* x, int terms) {
    for (int begin = 0; begin < terms; begin += simd::width<double>) {
      simd::Vector<double> rest = simd::load(x + begin);
#pragma GCC unroll 3
      for (int p = 0; p < pieces; ++p) {
        const simd::Vector<double> piece = (rest + shift[p]) - shift[p];
        part[p] = part[p] + piece;
        rest = rest - piece;
      }
    }
  }
  void add_to(double* sum) const {
    for (int p = 0; p < pieces; ++p) sum[p] += simd::total<double>(part[p]);
  }
};

// Reduction functor: partial sums of the pieces of sums [first, first + group) over blocks from `chunk`, a
// few blocks an item.
template <class Term> struct Accumulate {
  using value_type = double[];
  using size_type = Index;
  unsigned value_count;
  Term term;
  Grids grid;
  Index chunk, blocks;
  int first, group;

  // On a processor partial sums stay in registers over some blocks, fewer where there are few to deal out.
  static constexpr Index most_blocks = on_host ? 64 : 1, items = 64;
  Index blocks_an_item() const { return on_host ? std::clamp(blocks / items, Index(1), most_blocks) : 1; }

  KOKKOS_FUNCTION void operator()(Index n, double* sums) const {
    if constexpr (on_host) {
      const Index begin = n * blocks_an_item(), end = std::min(begin + blocks_an_item(), blocks);
      for (int s = 0; s < group; ++s) {
        PartialSums sum(grid);
        for (Index b = begin; b < end; ++b) {
          double x[lanes] = {};
          const int terms = term(chunk + b, first + s, x);
          sum.add(x, terms);
        }
        sum.add_to(sums + s * pieces);
      }
    } else {
      for (int s = 0; s < group; ++s) {
        double x[lanes] = {};
        if (term(chunk + n, first + s, x) > 0) add_pieces(x[0], sums + s * pieces);
      }
    }
  }
  KOKKOS_FUNCTION void add_pieces(double rest, double* sum) const {
    for (int p = 0; p < pieces; ++p) {
      const double piece = (rest + grid.shift[p]) - grid.shift[p];
      sum[p] += piece;
      rest -= piece;
    }
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
          static_cast<unsigned>(part.size()), term, grids(bound), chunk, here, first, group};
      const Index an_item = accumulate.blocks_an_item();
      const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> items(0, (here + an_item - 1) / an_item);
      Kokkos::parallel_reduce(label, items, accumulate, result);
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

// The larger of a and |x|; infinity from the first x on that is not finite.
KOKKOS_INLINE_FUNCTION double larger_size(double a, double x) {
  const double size = Kokkos::abs(x);
  if (size <= a) return a;
  return size <= Kokkos::Experimental::finite_max_v<double> ? size : Kokkos::Experimental::infinity_v<double>;
}

// Several at a time: one after the other they would wait for each other.
inline constexpr int maxima = on_host ? 8 : 1;
template <class Value> KOKKOS_FUNCTION double largest_of(const Value& value, Index begin, Index end) {
  double most[maxima] = {};
  Index i = begin;
  for (; i + maxima <= end; i += maxima)
    for (int l = 0; l < maxima; ++l) most[l] = larger_size(most[l], value(i + l));
  for (; i < end; ++i) most[0] = larger_size(most[0], value(i));
  for (int l = 1; l < maxima; ++l) most[0] = larger_size(most[0], most[l]);
  return most[0];
}

// The largest |value(i)| over the local items of every rank; infinity if one is not finite. Collective.
template <class Value> struct Largest {
  static constexpr Index span = on_host ? 64 : 1;
  Value value;
  Index items;
  KOKKOS_FUNCTION void operator()(Index n, double& most) const {
    const Index begin = n * span, end = items - begin < span ? items : begin + span;
    most = larger_size(most < 0 ? 0.0 : most, largest_of(value, begin, end));
  }
};
template <class Value>
double largest(const std::string& label, Index items, const Value& value, const Communicator& ranks) {
  using Search = Largest<Value>;
  double most = 0;
  const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> spans(
      0, (items + Search::span - 1) / Search::span);
  Kokkos::parallel_reduce(label, spans, Search{value, items}, Kokkos::Max<double>(most));
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
    double x[lanes] = {};
    const int cells = (*this)(b, 0, x);
    return largest_of(Stored{x}, 0, cells);
  }
  struct Stored {
    const double* x;
    KOKKOS_FUNCTION double operator()(Index i) const { return x[i]; }
  };
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
