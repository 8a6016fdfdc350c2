// core/core/cache_lines.hpp
//
// Lines of the caches, for kernels on the host that send their results past them: streaming stores that fill
// a line are written at once, others cost more than plain stores.
#pragma once

#include "core/core/views.hpp"

namespace attune {

template <class Scalar> inline constexpr Index line_cells = 64 / sizeof(Scalar);

// How many cells from `to` on come before the next line.
template <class Scalar> Index misaligned_cells(const Scalar* to) {
  const auto past = reinterpret_cast<std::uintptr_t>(to) % 64;
  return past == 0 ? 0 : static_cast<Index>((64 - past) / sizeof(Scalar));
}

// Results of so many bytes are more than a cache holds: a store that read its line first would move three
// numbers a cell, not two.
inline constexpr Index streamed_bytes = Index(32) << 20;

}  // namespace attune
