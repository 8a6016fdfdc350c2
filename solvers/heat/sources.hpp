// solvers/heat/sources.hpp
//
// The source f(x, t) of du/dt = L u + f as time steps see it:
//
//   add(t, factor, to)     to_i += factor f_i(t) on the own cells
//
//   NoSource               f = 0
//   SeparableSource        f_i(t) = amplitude(t) s_i, s a field and amplitude any function on the host
//   CellSource             f_i(t) = f(k, j, i, t), f a functor of the device, k, j, i counted over the whole
//                          grid
//
// Units     f [u / s], t [s]
// Cost      SeparableSource, CellSource: `to` read and written once, s read once
#pragma once

#include <functional>

#include "solvers/heat/combine.hpp"

namespace attune::heat {

template <class S, class Scalar>
concept Source = requires(const S& source, double t, const Field<Scalar>& to) {
  source.add(t, t, to);
};

struct NoSource {
  template <class Scalar> void add(double, double, const Field<Scalar>&) const {}
};

template <class Scalar> struct SeparableSource {
  Field<Scalar> s;
  std::function<double(double)> amplitude = [](double) { return 1.0; };

  void add(double t, double factor, const Field<Scalar>& to) const {
    combine<Scalar>(to, {{1, to}, {factor * amplitude(t), s}});
  }
};

template <class F, class Scalar> struct AddCells {
  F f;
  double t, factor;
  Field<Scalar> to;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Triple& lower = to.box.lower;
    to(k, j, i) += static_cast<Scalar>(factor * f(k + lower[0], j + lower[1], i + lower[2], t));
  }
};
template <class F> struct CellSource {
  F f;

  template <class Scalar> void add(double t, double factor, const Field<Scalar>& to) const {
    Kokkos::parallel_for("heat::CellSource", every_cell(to.box), AddCells<F, Scalar>{f, t, factor, to});
  }
};

}  // namespace attune::heat
