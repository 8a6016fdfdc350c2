// training/layers/transition.cpp
#include "training/layers/transition.hpp"

#include "training/layers/activation.hpp"

namespace attune::training::layers::transition {

namespace {

template <class Scalar>
View2<Scalar> hidden_array(const std::string& label, std::size_t rows, std::size_t hidden) {
  return View2<Scalar>(
      Kokkos::view_alloc("training::layers::transition::" + label, Kokkos::WithoutInitializing), rows,
      hidden);
}

template <class Scalar>
void apply(Function function, const Saved<Scalar>& saved, const View2<Scalar>& inner) {
  switch (function) {
    case Function::relu:
      return activation::forward(Relu{}, saved.up, inner);
    case Function::gelu:
      return activation::forward(Gelu{}, saved.up, inner);
    case Function::swiglu:
      return gated::forward(Silu{}, {saved.up, saved.gate}, inner);
  }
}

// From d_inner, where d_up is written, too.
template <class Scalar>
void apply_backward(Function function, const Saved<Scalar>& saved, const View2<Scalar>& d_inner,
                    const View2<Scalar>& d_gate) {
  switch (function) {
    case Function::relu:
      return activation::backward(Relu{}, saved.up, d_inner, d_inner);
    case Function::gelu:
      return activation::backward(Gelu{}, saved.up, d_inner, d_inner);
    case Function::swiglu:
      return gated::backward<Scalar>(Silu{}, {saved.up, saved.gate}, d_inner, {d_inner, d_gate});
  }
}

}  // namespace

template <class Scalar>
Saved<Scalar> forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y) {
  const std::size_t rows = x.extent(0), hidden = w.up.weight.extent(1);
  Saved<Scalar> saved{hidden_array<Scalar>("up", rows, hidden), {}};
  linear::forward(w.up, x, saved.up);
  if (w.function == Function::swiglu) {
    saved.gate = hidden_array<Scalar>("gate", rows, hidden);
    linear::forward(w.gate, x, saved.gate);
  }
  const auto inner = hidden_array<Scalar>("inner", rows, hidden);
  apply(w.function, saved, inner);
  linear::forward(w.down, inner, y);
  return saved;
}

template <class Scalar>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Input<Scalar>& d_y, const View2<Scalar>& d_x, const Weights<Scalar>& d_w) {
  const std::size_t rows = in.saved.up.extent(0), hidden = in.saved.up.extent(1);
  const auto inner = hidden_array<Scalar>("inner", rows, hidden);
  const auto d_inner = hidden_array<Scalar>("d_inner", rows, hidden);
  apply(w.function, in.saved, inner);
  linear::backward(w.down, inner, d_y, d_inner, d_w.down);

  const auto d_gate = inner;  // its values are spent
  apply_backward(w.function, in.saved, d_inner, d_gate);
  linear::backward(w.up, in.x, d_inner, d_x, d_w.up);
  if (w.function != Function::swiglu) return;
  linear::backward(w.gate, in.x, d_gate, View2<Scalar>(), d_w.gate);
  if (d_x.size() > 0) matmul(d_gate, transposed(w.gate.weight), d_x, {.beta = 1});
}

template Saved<float> forward(const Weights<float>&, const Input<float>&, const View2<float>&);
template Saved<double> forward(const Weights<double>&, const Input<double>&, const View2<double>&);
template void backward(const Weights<float>&, const Inputs<float>&, const Input<float>&, const View2<float>&,
                       const Weights<float>&);
template void backward(const Weights<double>&, const Inputs<double>&, const Input<double>&,
                       const View2<double>&, const Weights<double>&);

}  // namespace attune::training::layers::transition
