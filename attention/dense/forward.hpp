// attention/dense/forward.hpp
//
// Two ways past the keys: in tiles where a processor's vector registers do the work, and a team a tile of
// queries on a device. A thread a row (forward_streaming.hpp) is the simplest, and what tests hold them against.
// bfloat16 has ways of its own (rounded.hpp).
#pragma once

#include "attention/dense/forward_streaming.hpp"
#include "attention/dense/forward_teams.hpp"
#include "attention/dense/forward_tiled.hpp"
#include "attention/dense/rounded.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  require_shapes(in, bias);
  const Shape s = shape_of(in);
  require(has_extents(out.o, {s.batches, s.heads, s.queries, s.value_width}), "o (B, H, M, E)");
  require(has_extents(out.lse, {s.batches, s.heads, s.queries}), "lse (B, H, M)");
  if constexpr (std::is_same_v<Scalar, Bfloat16>)
    forward_rounded(in, bias, mask, out);
  else if constexpr (on_host)
    forward_tiled(in, bias, mask, out);
  else
    forward_teams(in, bias, mask, out);
}

}  // namespace attune::attention::dense
