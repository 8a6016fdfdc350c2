// attention/tiles/additive.hpp
//
// What is added to the scores of a block, as a tile:
//
//   tile(j, i) = bias(b, h, i, j) + tau prior(b, h, i, j)     or -infinity where the mask forbids the pair
//
// A bias writes its tile one number after another, by at(), unless there is a faster way: a Source is made
// from a bias once a call, and has one of the overloads below.
#pragma once

#include "attention/mask.hpp"
#include "attention/running_softmax.hpp"
#include "attention/tiles/source.hpp"

namespace attune::attention::tiles {

enum class Pairs { none, plain, given };  // no pair takes part; all do, nothing is added; see the tile

// Which pairs of a block a mask allows.
enum class Allowed { none, some, all };

template <class Mask> Allowed allowed(const Mask& mask, const Block& block, Index keys) {
  if constexpr (std::is_same_v<Mask, Full>) {
    return Allowed::all;
  } else if constexpr (HasRanges<Mask>) {
    bool any = false, all = exact_ranges<Mask>;
    for (int n = 0; n < block.queries; ++n) {
      const Range range = mask.keys(block.b, block.i + n, keys);
      any = any || (range.begin < block.j + block.keys && range.end > block.j && range.begin < range.end);
      all = all && range.begin <= block.j && range.end >= block.j + block.keys;
    }
    return all ? Allowed::all : any ? Allowed::some : Allowed::none;
  } else {
    return Allowed::some;
  }
}

template <class Scalar, class Mask> void forbid(const Mask& mask, const Block& block, Scalar* tile) {
  for (int k = 0; k < block.keys; ++k)
    for (int n = 0; n < block.queries; ++n)
      if (!mask.allows(block.b, block.i + n, block.j + k)) tile[k * block.pitch + n] = minus_infinity<Scalar>;
}
template <class Scalar> void forbid(const KeyPadding& mask, const Block& block, Scalar* tile) {
  for (int k = 0; k < block.keys; ++k)
    if (!mask.allows(block.b, block.i, block.j + k))
      for (int n = 0; n < block.pitch; ++n) tile[k * block.pitch + n] = minus_infinity<Scalar>;
}

template <class Scalar, class Source, class Mask> struct AdditiveTile {
  Source bias;
  Mask mask;
  bias::Tensor<Scalar> prior;
  Index keys;  // N

  // tau of the head; `spare` is a tile of work space.
  Pairs write(const Block& block, Scalar tau, Scalar* tile, Scalar* spare) const {
    const Allowed which = allowed(mask, block, keys);
    if (which == Allowed::none) return Pairs::none;
    if (which == Allowed::all && adds_nothing(bias) && !prior.present()) return Pairs::plain;
    fill(bias, block, tile, spare);
    if (prior.present()) {
      fill(prior, block, spare, spare);
      for (int n = 0; n < block.keys * block.pitch; ++n) tile[n] += tau * spare[n];
    }
    if (which == Allowed::some) forbid(mask, block, tile);
    return Pairs::given;
  }
};

}  // namespace attune::attention::tiles
