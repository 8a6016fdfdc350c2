// training/layers/loss.hpp
//
// Losses that compare entry by entry:
//
//   L = scale sum_n w_n l(x_n, t_n)             d_x_n = scale w_n dl/dx(x_n, t_n)
//
//   SquaredError        l = (x - t)^2
//   SmoothL1            l = (x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2
//                       [girshick2015]; beta = 0: |x - t|
//   BinaryCrossEntropy  l = -t log sigma(x) - (1 - t) log(1 - sigma(x)) = max(x, 0) - x t + log(1 + e^-|x|),
//                       x a logit, t in [0, 1]
//
// The sum runs over the entries of every rank, exactly (core/core/sum.hpp); `scale` is the caller's, so that
// value and gradient agree: 1 / entries of all ranks gives the mean. An entry of weight 0 takes no part, even
// where it is not a number.
//
// Shapes   x, t, w (rows, width); w empty: all 1
// Cost     loss evaluates l twice an entry, in double; gradient once, in Scalar
// Limits   float, double
#pragma once

#include "core/core/sum.hpp"
#include "training/layers/activation.hpp"

namespace attune::training::layers {

struct SquaredError {
  template <class Scalar> KOKKOS_FUNCTION Scalar value(Scalar x, Scalar t) const { return (x - t) * (x - t); }
  template <class Scalar> KOKKOS_FUNCTION Scalar slope(Scalar x, Scalar t) const { return 2 * (x - t); }
};

struct SmoothL1 {
  double beta = 1;
  template <class Scalar> KOKKOS_FUNCTION Scalar value(Scalar x, Scalar t) const {
    const Scalar distance = Kokkos::abs(x - t), knee = static_cast<Scalar>(beta);
    return distance < knee ? distance * distance / (2 * knee) : distance - knee / 2;
  }
  template <class Scalar> KOKKOS_FUNCTION Scalar slope(Scalar x, Scalar t) const {
    const Scalar distance = x - t, knee = static_cast<Scalar>(beta);
    if (Kokkos::abs(distance) < knee) return distance / knee;
    return distance > 0 ? Scalar(1) : (distance < 0 ? Scalar(-1) : distance);  // of 0 it is 0
  }
};

struct BinaryCrossEntropy {
  template <class Scalar> KOKKOS_FUNCTION Scalar value(Scalar x, Scalar t) const {
    return Relu::value(x) - x * t + Kokkos::log1p(Kokkos::exp(-Kokkos::abs(x)));
  }
  template <class Scalar> KOKKOS_FUNCTION Scalar slope(Scalar x, Scalar t) const {
    return Sigmoid::value(x) - t;
  }
};

namespace loss {

template <class Scalar> struct Inputs {
  View2<const Scalar> prediction, target;
  View2<const Scalar> weight = {};  // or empty
};

template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar weight_of(const Inputs<Scalar>& in, Index i, Index j) {
  return in.weight.size() > 0 ? in.weight(i, j) : Scalar(1);
}

template <class Scalar, class Function> struct Value {
  Function function;
  Inputs<Scalar> in;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const auto width = static_cast<Index>(in.prediction.extent(1));
    const Index i = n / width, j = n % width;
    const double weight = weight_of(in, i, j);
    if (weight == 0) return 0;
    return weight * function.value(double(in.prediction(i, j)), double(in.target(i, j)));
  }
};

template <class Scalar, class Function> struct Gradient {
  Function function;
  Inputs<Scalar> in;
  Scalar scale;
  View2<Scalar> d_x;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const {
    const Scalar weight = scale * weight_of(in, i, j);
    d_x(i, j) = weight == 0 ? Scalar(0) : weight * function.slope(in.prediction(i, j), in.target(i, j));
  }
};

template <class Scalar> void require_shapes(const Inputs<Scalar>& in) {
  require(same_shape(in.prediction, in.target), "there is a target for each prediction");
  require(in.weight.size() == 0 || same_shape(in.prediction, in.weight),
          "there is a weight for each prediction");
}

// L. Collective.
template <class Scalar, class Function>
double value(const Function& function, const Inputs<Scalar>& in, double scale, const Communicator& ranks) {
  require_shapes(in);
  return scale * sum::over("training::layers::loss::value", static_cast<Index>(in.prediction.size()),
                           Value<Scalar, Function>{function, in}, ranks);
}

// d_x; it may be the prediction's memory.
template <class Scalar, class Function>
void gradient(const Function& function, const std::type_identity_t<Inputs<Scalar>>& in, double scale,
              const View2<Scalar>& d_x) {
  require_shapes<Scalar>(in);
  require(same_shape(in.prediction, d_x), "there is a gradient for each prediction");
  Kokkos::parallel_for("training::layers::loss::gradient", every_entry(d_x.extent(0), d_x.extent(1)),
                       Gradient<Scalar, Function>{function, in, static_cast<Scalar>(scale), d_x});
}

}  // namespace loss

}  // namespace attune::training::layers
