// bench/unfused.hpp
//
// Attention in three passes that each go through memory, as one writes it with a matrix library: S = Q K^T,
// the softmax of every row of S, O = S V. What the fused kernel must never be slower than on small shapes.
// Its products are the register tile of attention/tiles, every pass runs on all threads.
//
// Shapes   q, k, v, o (H, N, D); N and D multiples of the width of a tile
// Limits   on the host
#pragma once

#include "attention/tiles/product.hpp"
#include "core/core/require.hpp"

namespace attune::bench {

template <class Scalar> struct Unfused {
  static constexpr int wide = 2;  // registers of a tile along the lanes
  static constexpr Index columns = wide * simd::width<Scalar>, rows = 16;
  using Policy = Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<Index>>;

  const Scalar *q, *k, *v;
  Scalar *o, *transposed, *scores;  // transposed (H, D, N); scores (H, N, N)
  Index heads, tokens, width;

  struct Transpose {
    Unfused x;
    void operator()(Index h) const {
      for (Index j = 0; j < x.tokens; ++j)
        for (Index d = 0; d < x.width; ++d)
          x.transposed[(h * x.width + d) * x.tokens + j] = x.k[(h * x.tokens + j) * x.width + d];
    }
  };

  // to (rows, count) = from (rows, steps) times (steps, count)
  static void multiply(Scalar* to, Index count, const Scalar* from, Index steps, const Scalar* by) {
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < count; ++c) to[r * count + c] = 0;
    for (Index c = 0; c < count; c += columns)
      attention::tiles::add_product<wide, Scalar>(to + c, count, rows,
                                                  {{from, steps, 1}, by + c, count, steps});
  }

  struct Scores {
    Unfused x;
    void operator()(Index block) const {
      const Index row = block * rows, h = row / x.tokens;
      multiply(x.scores + row * x.tokens, x.tokens, x.q + row * x.width, x.width,
               x.transposed + h * x.width * x.tokens);
    }
  };

  struct Softmax {
    Unfused x;
    void operator()(Index row) const {
      using Vector = simd::Vector<Scalar>;
      constexpr int lanes = simd::width<Scalar>;
      Scalar* s = x.scores + row * x.tokens;
      Vector most = simd::load(s);
      for (Index j = lanes; j < x.tokens; j += lanes) most = simd::max(most, simd::load(s + j));
      Scalar lane[lanes];
      simd::store(lane, most);
      Scalar greatest = lane[0];
      for (int l = 1; l < lanes; ++l) greatest = lane[l] > greatest ? lane[l] : greatest;

      const auto scale = static_cast<Scalar>(1.4426950408889634 / std::sqrt(static_cast<double>(x.width)));
      Vector sums = simd::splat(Scalar(0));
      for (Index j = 0; j < x.tokens; j += lanes) {
        const Vector p = simd::exp2((simd::load(s + j) - simd::splat(greatest)) * simd::splat(scale));
        simd::store(s + j, p);
        sums = sums + p;
      }
      const Vector norm = simd::splat(1 / simd::total<Scalar>(sums));
      for (Index j = 0; j < x.tokens; j += lanes) simd::store(s + j, simd::load(s + j) * norm);
    }
  };

  struct Values {
    Unfused x;
    void operator()(Index block) const {
      const Index row = block * rows, h = row / x.tokens;
      multiply(x.o + row * x.width, x.width, x.scores + row * x.tokens, x.tokens,
               x.v + h * x.tokens * x.width);
    }
  };

  void run() const {
    require(tokens % rows == 0 && tokens % columns == 0 && width % columns == 0, "whole tiles");
    const Index blocks = heads * tokens / rows;
    Kokkos::parallel_for("bench::unfused::transpose", Policy(0, heads), Transpose{*this});
    Kokkos::parallel_for("bench::unfused::scores", Policy(0, blocks), Scores{*this});
    Kokkos::parallel_for("bench::unfused::softmax", Policy(0, heads * tokens), Softmax{*this});
    Kokkos::parallel_for("bench::unfused::values", Policy(0, blocks), Values{*this});
  }
};

}  // namespace attune::bench
