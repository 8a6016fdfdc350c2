// attention/dense/widened.hpp
//
// Problems of bfloat16 as problems of float.
#pragma once

#include "attention/convert.hpp"
#include "attention/dense/score.hpp"

namespace attune::attention::dense {

inline Inputs<float> widened(const Inputs<Bfloat16>& in) {
  return {convert<View4<float>>(in.q),
          convert<View4<float>>(in.k),
          convert<View4<float>>(in.v),
          in.scale,
          in.temperature,
          in.gain,
          in.sink,
          in.prior};
}

inline Upstream<float> widened(const Upstream<Bfloat16>& up) {
  return {convert<View4<float>>(up.o), up.lse, convert<View4<float>>(up.d_o), up.d_lse};
}

}  // namespace attune::attention::dense
