// training/layers/activation.hpp
//
// Functions of one number, applied to every entry of an array, and the gated unit of two arrays:
//
//   y = f(x)        d_x = d_y f'(x)
//   y = a f(b)      d_a = d_y f(b)      d_b = d_y a f'(b)      f = Silu: SwiGLU; f = Sigmoid: a sigmoid gate
//
//   Relu      max(x, 0); f'(0) = 0
//   Gelu      x Phi(x), Phi(x) = erfc(-x / sqrt 2) / 2 exactly, not the approximation by tanh [hendrycks2016]
//   Silu      x sigma(x), also called swish [elfwing2018]
//   Sigmoid   sigma(x) = 1 / (1 + exp(-x))
//   Tanh      tanh x
//
// Gated units: [shazeer2020]. A function is a type with value and slope; a user's own works as these do.
//
// Shapes   all (rows, width); y may be x, a or b; d_x may be d_y, d_a and d_b may be a and b
// Limits   float, double; what is not a number stays not a number
#pragma once

#include "training/layers/arrays.hpp"

namespace attune::training::layers {

struct Relu {
  template <class Scalar> KOKKOS_FUNCTION static Scalar value(Scalar x) { return x < 0 ? Scalar(0) : x; }
  template <class Scalar> KOKKOS_FUNCTION static Scalar slope(Scalar x) {
    return x > 0 ? Scalar(1) : Scalar(0);
  }
};

struct Sigmoid {
  template <class Scalar> KOKKOS_FUNCTION static Scalar value(Scalar x) { return 1 / (1 + Kokkos::exp(-x)); }
  // 1 - sigma(x) = sigma(-x), without cancellation
  template <class Scalar> KOKKOS_FUNCTION static Scalar slope(Scalar x) { return value(x) * value(-x); }
};

struct Silu {
  template <class Scalar> KOKKOS_FUNCTION static Scalar value(Scalar x) { return x * Sigmoid::value(x); }
  template <class Scalar> KOKKOS_FUNCTION static Scalar slope(Scalar x) {
    return Sigmoid::value(x) * (1 + x * Sigmoid::value(-x));
  }
};

struct Gelu {
  // Phi by erfc, which keeps its digits where Phi is small
  template <class Scalar> KOKKOS_FUNCTION static Scalar distribution(Scalar x) {
    return Kokkos::erfc(-x * Scalar(0.70710678118654752440)) / 2;
  }
  template <class Scalar> KOKKOS_FUNCTION static Scalar value(Scalar x) { return x * distribution(x); }
  template <class Scalar> KOKKOS_FUNCTION static Scalar slope(Scalar x) {
    constexpr auto peak = Scalar(0.39894228040143267794);  // 1 / sqrt(2 pi)
    return distribution(x) + x * peak * Kokkos::exp(-x * x / 2);
  }
};

struct Tanh {
  template <class Scalar> KOKKOS_FUNCTION static Scalar value(Scalar x) { return Kokkos::tanh(x); }
  // 1 / cosh^2, which keeps its digits where tanh is near 1
  template <class Scalar> KOKKOS_FUNCTION static Scalar slope(Scalar x) {
    const Scalar c = Kokkos::cosh(x);
    return 1 / c / c;
  }
};

namespace activation {

template <class Scalar, class Function> struct Forward {
  View2<const Scalar> x;
  View2<Scalar> y;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const { y(i, j) = Function::value(x(i, j)); }
};
template <class Scalar, class Function> struct Backward {
  View2<const Scalar> x, d_y;
  View2<Scalar> d_x;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const {
    d_x(i, j) = d_y(i, j) * Function::slope(x(i, j));
  }
};

template <class Scalar, class Function>
void forward(const Function&, const Input<Scalar>& x, const View2<Scalar>& y) {
  require(same_shape(x, y), "x and y have one shape");
  Kokkos::parallel_for("training::layers::activation::forward", every_entry(y.extent(0), y.extent(1)),
                       Forward<Scalar, Function>{x, y});
}

template <class Scalar, class Function>
void backward(const Function&, const Input<Scalar>& x, const Input<Scalar>& d_y, const View2<Scalar>& d_x) {
  require(same_shape(x, d_x) && same_shape(d_y, d_x), "x, d_y and d_x have one shape");
  Kokkos::parallel_for("training::layers::activation::backward", every_entry(d_x.extent(0), d_x.extent(1)),
                       Backward<Scalar, Function>{x, d_y, d_x});
}

}  // namespace activation

namespace gated {

template <class Scalar> struct Inputs { View2<const Scalar> a, b; };
template <class Scalar> struct Gradients { View2<Scalar> d_a, d_b; };

template <class Scalar, class Function> struct Forward {
  Inputs<Scalar> in;
  View2<Scalar> y;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const {
    y(i, j) = in.a(i, j) * Function::value(in.b(i, j));
  }
};
template <class Scalar, class Function> struct Backward {
  Inputs<Scalar> in;
  View2<const Scalar> d_y;
  Gradients<Scalar> out;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const {
    const Scalar a = in.a(i, j), b = in.b(i, j), seed = d_y(i, j);
    out.d_a(i, j) = seed * Function::value(b);
    out.d_b(i, j) = seed * a * Function::slope(b);
  }
};

template <class Scalar, class Function>
void forward(const Function&, const std::type_identity_t<Inputs<Scalar>>& in, const View2<Scalar>& y) {
  require(same_shape(in.a, y) && same_shape(in.b, y), "a, b and y have one shape");
  Kokkos::parallel_for("training::layers::gated::forward", every_entry(y.extent(0), y.extent(1)),
                       Forward<Scalar, Function>{in, y});
}

template <class Scalar, class Function>
void backward(const Function&, const Inputs<Scalar>& in, const Input<Scalar>& d_y,
              const std::type_identity_t<Gradients<Scalar>>& out) {
  require(same_shape(in.a, d_y) && same_shape(in.b, d_y), "a, b and d_y have one shape");
  require(same_shape(out.d_a, d_y) && same_shape(out.d_b, d_y), "d_a, d_b and d_y have one shape");
  Kokkos::parallel_for("training::layers::gated::backward", every_entry(d_y.extent(0), d_y.extent(1)),
                       Backward<Scalar, Function>{in, d_y, out});
}

}  // namespace gated

}  // namespace attune::training::layers
