// attention/triangle/attention_forward.hpp
//
// Two ways past the keys: in tiles where a processor's vector registers do the work, and a team a tile of
// queries on a device. A thread a few queries (attention_forward_streaming.hpp) is the simplest. Nothing of R x N x N is stored.
// bfloat16 has ways of its own (rounded.hpp).
#pragma once

#include "attention/triangle/attention_forward_streaming.hpp"
#include "attention/triangle/attention_forward_tiled.hpp"
#include "attention/triangle/attention_shapes.hpp"
#include "attention/triangle/attention_teams.hpp"
#include "attention/triangle/rounded.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node>
void forward(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out) {
  require_shapes(in, node);
  require_output_shapes<Scalar>(in, node, out.o, out.lse);
  if constexpr (std::is_same_v<Scalar, Bfloat16>)
    forward_rounded(in, node, out);
  else if constexpr (on_host)
    forward_tiled(in, node, out);
  else
    forward_teams(in, node, out);
}

}  // namespace attune::attention::triangle
