// bench/rounded.hpp
//
// What the cases of the family "rounded" share: its files, and how forward is compared with the definition.
#pragma once

#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {

void add_rounded_triangle_cases(const Sizes& sizes, std::vector<Case>& cases);
void add_rounded_window_cases(std::vector<Case>& cases);

// Some rows of o and l, of `rows` on the host, where weights and o are rounded.
template <class Output, class Lse>
Compared compare_rounded_outputs(const Attention<float>& rows, const Output& o, const Lse& lse) {
  const auto left_o = floats_of(o), left_lse = floats_of(lse);
  Compared compared;
  compare_outputs(rows, {left_o.data(), left_lse.data(), nullptr},
                  sample(static_cast<Index>(left_lse.size()), 64, 1), compared, ToBfloat16{});
  return compared;
}

}  // namespace attune::bench
