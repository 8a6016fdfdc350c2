// attention/triangle/multiply_reference.hpp
//
// Triangle multiplication by plain loops on host copies, in the letters of the equation; the definition. The
// double instance is the truth, the float instance the yardstick of rounding.
#pragma once

#include "attention/host_arrays.hpp"
#include "attention/triangle/multiply.hpp"

namespace attune::attention::triangle::multiply::reference {

template <class Scalar> using Host = Kokkos::View<Scalar****, Kokkos::LayoutRight, Kokkos::HostSpace>;

// The side of node i (or j) and third node k.
template <class Scalar> Scalar& side(Outgoing, const Host<Scalar>& x, Index b, Index i, Index k, Index c) {
  return x(b, i, k, c);
}
template <class Scalar> Scalar& side(Incoming, const Host<Scalar>& x, Index b, Index i, Index k, Index c) {
  return x(b, k, i, c);
}

template <class Visit> void every_triangle(const Shape& s, const Visit& visit) {
  for (Index b = 0; b < s.batches; ++b)
    for (Index i = 0; i < s.left; ++i)
      for (Index j = 0; j < s.right; ++j)
        for (Index k = 0; k < s.third; ++k)
          for (Index c = 0; c < s.channels; ++c) visit(b, i, j, k, c);
}

template <class Scalar, class Form>
void forward(const Inputs<Scalar>& in, const Form& form, const Outputs<Scalar>& out) {
  const Host<const Scalar> a = on_host_copy(in.a), b = on_host_copy(in.b);
  const Host<Scalar> o = on_host_copy(out.o);
  const Shape s = shape_of(in, form);
  for (Index n = 0; n < s.batches; ++n)
    for (Index i = 0; i < s.left; ++i)
      for (Index j = 0; j < s.right; ++j)
        for (Index c = 0; c < s.channels; ++c) o(n, i, j, out.first + c) = 0;
  every_triangle(s, [&](Index n, Index i, Index j, Index k, Index c) {
    o(n, i, j, out.first + c) += side(form, a, n, i, k, c) * side(form, b, n, j, k, c);
  });
  Kokkos::deep_copy(out.o, o);
}

template <class Scalar, class Form>
void backward(const Inputs<Scalar>& in, const Form& form, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  const Host<const Scalar> a = on_host_copy(in.a), b = on_host_copy(in.b), d_o = on_host_copy(up.d_o);
  const Host<Scalar> d_a("d_a", in.a.layout()), d_b("d_b", in.b.layout());
  every_triangle(shape_of(in, form), [&](Index n, Index i, Index j, Index k, Index c) {
    side(form, d_a, n, i, k, c) += d_o(n, i, j, up.first + c) * side(form, b, n, j, k, c);
    side(form, d_b, n, j, k, c) += d_o(n, i, j, up.first + c) * side(form, a, n, i, k, c);
  });
  if (gradients.d_a.size() > 0) Kokkos::deep_copy(gradients.d_a, d_a);
  if (gradients.d_b.size() > 0) Kokkos::deep_copy(gradients.d_b, d_b);
}

}  // namespace attune::attention::triangle::multiply::reference
