// attention/convert.hpp
//
// Arrays of one type of numbers from those of another: widened, or rounded to the nearest.
#pragma once

#include "core/core/bfloat16.hpp"
#include "core/core/views.hpp"

namespace attune::attention {

template <class From, class To> struct Convert {
  const From* from;
  To* to;
  KOKKOS_FUNCTION void operator()(Index n) const { to[n] = static_cast<To>(static_cast<float>(from[n])); }
};
// to = from, of one shape
template <class To, class From> void convert_into(const To& to, const From& from) {
  using Body = Convert<typename From::non_const_value_type, typename To::value_type>;
  Kokkos::parallel_for(
      "attention::convert",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, static_cast<Index>(from.size())),
      Body{from.data(), to.data()});
}
// A new View `To` of the numbers.
template <class To, class From> To convert(const From& from) {
  const To to(Kokkos::view_alloc("attention::converted", Kokkos::WithoutInitializing), from.layout());
  convert_into(to, from);
  return to;
}

// Room for a wide gradient, where one is asked for.
template <class To, class View> To room_like(const View& asked) {
  return asked.size() > 0 ? To("attention::gradient", asked.layout()) : To();
}

}  // namespace attune::attention
