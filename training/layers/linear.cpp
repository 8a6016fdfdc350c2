// training/layers/linear.cpp
#include "training/layers/linear.hpp"

#include "training/layers/column_sums.hpp"

namespace attune::training::layers::linear {

namespace {

template <class Scalar> struct AddBias {
  View1<const Scalar> bias;
  View2<Scalar> y;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const { y(i, j) += bias(j); }
};

}  // namespace

template <class Scalar>
void forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y) {
  matmul(x, w.weight, y);
  if (w.bias.size() == 0) return;
  require(w.bias.extent(0) == y.extent(1), "the bias has an entry for each output");
  Kokkos::parallel_for("training::layers::linear::add_bias", every_entry(y.extent(0), y.extent(1)),
                       AddBias<Scalar>{w.bias, y});
}

template <class Scalar>
void backward(const Weights<Scalar>& w, const Input<Scalar>& x, const Input<Scalar>& d_y,
              const View2<Scalar>& d_x, const Weights<Scalar>& d_w) {
  if (d_x.size() > 0) matmul(d_y, transposed(w.weight), d_x);
  matmul(transposed(x), d_y, d_w.weight, {.beta = 1});
  if (w.bias.size() == 0) return;
  require(d_w.bias.extent(0) == d_y.extent(1), "the gradient of the bias has an entry for each output");
  add_column_sums("training::layers::linear::bias", static_cast<Index>(d_y.extent(0)), Entry<Scalar>{d_y},
                  d_w.bias);
}

template void forward(const Weights<float>&, const Input<float>&, const View2<float>&);
template void forward(const Weights<double>&, const Input<double>&, const View2<double>&);
template void backward(const Weights<float>&, const Input<float>&, const Input<float>&, const View2<float>&,
                       const Weights<float>&);
template void backward(const Weights<double>&, const Input<double>&, const Input<double>&,
                       const View2<double>&, const Weights<double>&);

}  // namespace attune::training::layers::linear
