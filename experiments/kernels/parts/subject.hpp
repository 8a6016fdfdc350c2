// experiments/kernels/parts/subject.hpp
//
// An operator whose rounding is measured: from one draw of inputs its kernel, its reference and the truth
// (the reference in long double) compute the same quantities.
#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/core/random.hpp"
#include "core/core/views.hpp"

namespace attune::experiments::kernels {

struct Size {
  Index tokens, width;  // N, D
};

// Inputs of one problem: normal numbers, rounded to the precision of the operator that is measured.
struct Draw {
  std::uint32_t seed;
  bool rounded_to_float;

  // Absolute values of normal numbers, and a tenth.
  template <class View, class... Extents> View positive(std::uint32_t stream, Extents... extents) const {
    const auto view = normal<View>(stream, 1, extents...);
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
    for (std::size_t n = 0; n < host.size(); ++n) {
      const double number = static_cast<double>(host.data()[n]),
                   moved = (number < 0 ? -number : number) + 0.1;
      host.data()[n] =
          static_cast<typename View::value_type>(rounded_to_float ? static_cast<float>(moved) : moved);
    }
    Kokkos::deep_copy(view, host);
    return view;
  }

  template <class View, class... Extents>
  View normal(std::uint32_t stream, double scale, Extents... extents) const {
    const View view("kernels::input", static_cast<std::size_t>(extents)...);
    const auto host = Kokkos::create_mirror_view(view);
    for (std::size_t n = 0; n < host.size(); ++n) {
      const double number = scale * Random{seed, stream}.normal(n);
      host.data()[n] =
          static_cast<typename View::value_type>(rounded_to_float ? static_cast<float>(number) : number);
    }
    Kokkos::deep_copy(view, host);
    return view;
  }
};

using Numbers = std::vector<long double>;

template <class View> Numbers numbers(const View& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  return Numbers(host.data(), host.data() + host.size());
}

// A new array of the shape of another.
template <class View> View shaped_as(const View& view) { return View("kernels::array", view.layout()); }

// The arrays that a pass leaves.
struct Passes {
  std::vector<Numbers> forward, backward;
};

enum class Computation { kernel_float, kernel_double, reference_float, reference_double, truth };

struct Subject {
  const char* name;
  bool cubic;  // its cost grows as N^3
  Passes (*compute)(Computation, const Size&, const Draw&);
};

// The long double instance of a kernel does not exist.
template <class Scalar> inline constexpr bool has_kernel = !std::is_same_v<Scalar, long double>;

// Operator is a struct with  template <class Scalar> static Passes run(bool kernel, const Size&, const
//                            Draw&).
template <class Operator> Passes compute(Computation which, const Size& size, const Draw& draw) {
  switch (which) {
    case Computation::kernel_float:
      return Operator::template run<float>(true, size, draw);
    case Computation::kernel_double:
      return Operator::template run<double>(true, size, draw);
    case Computation::reference_float:
      return Operator::template run<float>(false, size, draw);
    case Computation::reference_double:
      return Operator::template run<double>(false, size, draw);
    case Computation::truth:
      break;
  }
  return Operator::template run<long double>(false, size, draw);
}

// Every subject, in the order of the results.
std::span<const Subject> subjects();

}  // namespace attune::experiments::kernels
