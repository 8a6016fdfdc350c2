// training/layers/dropout.cpp
#include "training/layers/dropout.hpp"

namespace attune::training::layers::dropout {

namespace {

template <class Scalar> struct Apply {
  const Scalar* x;
  Scalar* y;
  Index first, n1, n2;
  Dropout dropout;
  Scalar kept;  // 1 / (1 - rate)

  KOKKOS_FUNCTION Index place(Index n) const {
    const Index i2 = n % n2, i1 = n / n2 % n1, i0 = n / n2 / n1 + first;
    switch (dropout.shared) {
      case Shared::first_axis:
        return i1 * n2 + i2;
      case Shared::second_axis:
        return i0 * n2 + i2;
      case Shared::third_axis:
        return i0 * n1 + i1;
      case Shared::none:
        break;
    }
    return (i0 * n1 + i1) * n2 + i2;
  }
  KOKKOS_FUNCTION void operator()(Index n) const {
    const double u = dropout.random.uniform(static_cast<std::uint64_t>(place(n)), dropout.step);
    y[n] = u < dropout.rate ? Scalar(0) : x[n] * kept;
  }
};

}  // namespace

template <std::floating_point Scalar>
void forward(const Dropout& dropout, const std::type_identity_t<View3<const Scalar>>& x,
             const View3<Scalar>& y) {
  require(same_shape(x, y), "x and y have one shape");
  require(x.span_is_contiguous() && y.span_is_contiguous(), "what is dropped lies in memory without gaps");
  require(dropout.rate >= 0 && dropout.rate < 1, "the rate of dropout lies in [0, 1)");
  if (dropout.phase == Phase::evaluation || dropout.rate == 0) {
    if (y.data() != x.data()) Kokkos::deep_copy(y, x);
    return;
  }
  const Apply<Scalar> apply{x.data(),
                            y.data(),
                            dropout.first,
                            static_cast<Index>(x.extent(1)),
                            static_cast<Index>(x.extent(2)),
                            dropout,
                            static_cast<Scalar>(1 / (1 - dropout.rate))};
  Kokkos::parallel_for("training::layers::dropout", every(static_cast<Index>(x.size())), apply);
}

template <std::floating_point Scalar>
void forward(const Dropout& dropout, const Input<Scalar>& x, const View2<Scalar>& y) {
  require(same_shape(x, y), "x and y have one shape");
  require(x.span_is_contiguous() && y.span_is_contiguous(), "what is dropped lies in memory without gaps");
  forward<Scalar>(dropout, View3<const Scalar>(x.data(), x.extent(0), 1, x.extent(1)),
                  View3<Scalar>(y.data(), y.extent(0), 1, y.extent(1)));
}

template void forward(const Dropout&, const View3<const float>&, const View3<float>&);
template void forward(const Dropout&, const View3<const double>&, const View3<double>&);
template void forward(const Dropout&, const Input<float>&, const View2<float>&);
template void forward(const Dropout&, const Input<double>&, const View2<double>&);

}  // namespace attune::training::layers::dropout
