// attention/tensor_cores/widths.hpp
//
// Which instance of a kernel serves rows of a width, and whether rows are read in pieces.
#pragma once

#include "attention/tensor_cores/tile.hpp"

namespace attune::attention::tensor_cores {

inline constexpr Index most_width = 128;

// visit(the least of 32, 64, 128 that is not less), as a constant.
template <class Visit> void of_width(Index width, const Visit& visit) {
  if (width <= 32)
    visit(std::integral_constant<int, 32>{});
  else if (width <= 64)
    visit(std::integral_constant<int, 64>{});
  else
    visit(std::integral_constant<int, 128>{});
}

// Do the rows of every array, of the extent of its last axis, begin at pieces of 16 bytes and end with one?
template <class... Views> bool in_pieces(const Views&... views) {
  const auto are = [](const auto& view) {
    return view.extent(view.rank() - 1) % piece == 0 &&
           reinterpret_cast<std::uintptr_t>(view.data()) % sizeof(Piece) == 0;
  };
  return (are(views) && ...);
}

}  // namespace attune::attention::tensor_cores
