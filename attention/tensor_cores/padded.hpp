// attention/tensor_cores/padded.hpp
//
// Arrays of any rank whose rows, along the last axis, kernels can read in pieces of 16 bytes: those that lie so,
// and copies with zeros at the ends of their rows of the others. And which instance of a kernel serves a width.
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

template <class View> Index width_of(const View& view) {
  return static_cast<Index>(view.extent(View::rank() - 1));
}
template <class View> inline constexpr Index piece_of = numbers_of_piece<typename View::value_type>;
template <class View> Index padded_width(const View& view) {
  return (width_of(view) + piece_of<View> - 1) / piece_of<View> * piece_of<View>;
}
template <class View> bool lies_in_pieces(const View& view) {
  return width_of(view) % piece_of<View> == 0 &&
         reinterpret_cast<std::uintptr_t>(view.data()) % sizeof(Piece) == 0;
}

// The first numbers of rows, zeros beyond.
template <class Number> struct CopyRows {
  const Number* from;
  Number* to;
  Index width, width_of_copy;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index r = n / width_of_copy, c = n % width_of_copy;
    to[n] = c < width ? from[r * width + c] : Number(0.0f);
  }
};
template <class From, class To> void copy_rows(const From& from, const To& to) {
  Kokkos::parallel_for(
      "attention::tensor_cores::copy_rows",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, static_cast<Index>(to.size())),
      CopyRows<typename To::value_type>{from.data(), to.data(), width_of(from), width_of(to)});
}

// A new array for the rows of `view`.
template <class View> auto room_in_pieces(const View& view) {
  using Own = typename View::non_const_type;
  auto layout = view.layout();
  layout.dimension[View::rank() - 1] = static_cast<std::size_t>(padded_width(view));
  return Own(Kokkos::view_alloc("attention::tensor_cores::in_pieces", Kokkos::WithoutInitializing), layout);
}
template <class View> View in_pieces(const View& view) {
  if (lies_in_pieces(view)) return view;
  const auto copy = room_in_pieces(view);
  copy_rows(view, copy);
  return copy;
}
// Where a kernel may write what belongs into `view`: the array itself, or another that is then copied back.
template <class View> View to_fill(const View& view) {
  if (lies_in_pieces(view)) return view;
  return room_in_pieces(view);
}
template <class View> void copy_back(const View& filled, const View& view) {
  if (filled.data() != view.data()) copy_rows(filled, view);
}

}  // namespace attune::attention::tensor_cores
