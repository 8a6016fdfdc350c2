// attention/tensor_cores/softmax.hpp
//
// The running softmax of the rows of a warp, a tile of scores after the other. A thread holds two rows of each
// 16 x 8 sums, and the four lanes of a quad hold a row together: its maximum m_i is theirs, its sum in parts.
// The maximum follows a score only when it has grown by 2^8: what was summed before is rescaled then alone, and
// weights stay below 2^8.
//
// Source   [milakov2018], algorithm 3; [zadouri2026] for the lazy maximum
#pragma once

#include "attention/tensor_cores/scores.hpp"

namespace attune::attention::tensor_cores {

template <int tall> struct RunningRows {
  static constexpr float growth = 8;  // of an exponent of 2
  float most[tall][2], sum[tall][2];

  // A sink is a key whose value is 0: one lane of each quad has seen it.
  KOKKOS_FUNCTION RunningRows(const Scale& scale, int lane) {
    const bool sinks = scale.sink != minus_infinity<float>;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      for (int half = 0; half < 2; ++half) {
        most[m][half] = sinks ? scale.sink * log2_e<float> / scale.exponent : minus_infinity<float>;
        sum[m][half] = sinks && lane % 4 == 0 ? 1.0f : 0.0f;
      }
    }
  }

  // s = exp(t - m); what was summed to another maximum, in `o` too, is brought to this one.
  template <class Block, int wide, int width>
  KOKKOS_FUNCTION void weigh(Block& block, const Scale& scale, Sums (&s)[tall][wide],
                             Sums (&o)[tall][width]) {
    float factor[tall][2];
    bool grew = false;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int half = 0; half < 2; ++half) {
        factor[m][half] = follow(block, scale, s[m], half, most[m][half], grew);
        sum[m][half] = sum[m][half] * factor[m][half] + exponentials(block, scale, s[m], half, most[m][half]);
      }
    }
    if (!block.any(grew)) return;
    ATTUNE_UNROLL
    for (int m = 0; m < tall; ++m) {
      ATTUNE_UNROLL
      for (int n = 0; n < width; ++n) {
        ATTUNE_UNROLL
        for (int e = 0; e < 4; ++e) o[m][n].c[e] *= factor[m][e / 2];
      }
    }
  }

  // Moves the maximum of a row if it must; what the sums before are multiplied by.
  template <class Block, int wide>
  KOKKOS_FUNCTION static float follow(Block& block, const Scale& scale, const Sums (&s)[wide], int half,
                                      float& most, bool& grew) {
    float here = minus_infinity<float>;
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n)
      here = Kokkos::fmax(here, Kokkos::fmax(s[n].c[2 * half], s[n].c[2 * half + 1]));
    here = block.largest_of_quad(here);
    const float before = most;
    const bool grows =
        here > before + growth / scale.exponent || (before == minus_infinity<float> && here > before);
    if (!grows) return 1;
    grew = true;
    most = here;
    return block.exp2((before - here) * scale.exponent);
  }

  template <class Block, int wide>
  KOKKOS_FUNCTION static float exponentials(Block& block, const Scale& scale, Sums (&s)[wide], int half,
                                            float most) {
    const float least = most == minus_infinity<float> ? 0.0f : most * scale.exponent;
    float sum = 0;
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      ATTUNE_UNROLL
      for (int e = 2 * half; e < 2 * half + 2; ++e)
        sum += s[n].c[e] = block.exp2(Kokkos::fma(s[n].c[e], scale.exponent, -least));
    }
    return sum;
  }

  // l_i of a row whose sum over the quad is `whole`.
  KOKKOS_FUNCTION float log_sum_exp(int m, int half, float whole, const Scale& scale) const {
    if (whole == 0) return minus_infinity<float>;
    return (most[m][half] * scale.exponent + Kokkos::log2(whole)) / log2_e<float>;
  }
};

}  // namespace attune::attention::tensor_cores
