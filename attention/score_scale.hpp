// attention/score_scale.hpp
//
// What multiplies q . k: 1 / sqrt(D) unless given, and 1 where q and k have no width.
//
// Source   [vaswani2017], eq. 1
#pragma once

#include <cmath>
#include <optional>

#include "core/core/views.hpp"

namespace attune::attention {

template <class Scalar> Scalar score_scale(const std::optional<double>& given, Index width) {
  return static_cast<Scalar>(given.value_or(width > 0 ? 1 / std::sqrt(static_cast<double>(width)) : 1.0));
}

}  // namespace attune::attention
