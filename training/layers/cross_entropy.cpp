// training/layers/cross_entropy.cpp
//
// One thread a row. With m_i = max_j x_ij,  l_i = (m_i - x_{i t_i}) + log sum_j exp(x_ij - m_i); both terms
// are at least 0.
#include "training/layers/cross_entropy.hpp"

#include "core/core/sum.hpp"
#include "training/layers/row_sum.hpp"

namespace attune::training::layers::cross_entropy {

namespace {

template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar row_maximum(const Scalar* x, Index count) {
  Scalar most = x[0];
  for (Index j = 1; j < count; ++j) most = x[j] > most ? x[j] : most;
  return most;
}

// exp(x_j - most), in double or float
template <class Scalar, class Real> struct Exponential {
  const Scalar* x;
  Real most;
  KOKKOS_FUNCTION Real operator()(Index j) const { return Kokkos::exp(static_cast<Real>(x[j]) - most); }
};

// 0 for rows that take no part.
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar weight_of(const Inputs<Scalar>& in, Index i) {
  if (in.target(i) < 0) return 0;
  return in.weight.size() > 0 ? in.weight(i) : Scalar(1);
}

template <class Scalar> struct RowValue {
  Inputs<Scalar> in;
  View1<double> values;
  KOKKOS_FUNCTION void operator()(Index i) const {
    const double weight = weight_of(in, i);
    values(i) = weight == 0 ? 0 : weight * of_row(&in.logits(i, 0), in.target(i));
  }
  KOKKOS_FUNCTION double of_row(const Scalar* x, int target) const {
    const auto classes = static_cast<Index>(in.logits.extent(1));
    const double most = row_maximum(x, classes);
    const double total = row_sum<double>(classes, Exponential<Scalar, double>{x, most});
    return (most - double(x[target])) + Kokkos::log(total);
  }
};

template <class Scalar> struct RowGradient {
  Inputs<Scalar> in;
  Scalar scale;
  View2<Scalar> d_x;
  KOKKOS_FUNCTION void operator()(Index i) const {
    const auto classes = static_cast<Index>(d_x.extent(1));
    const Scalar weight = scale * weight_of(in, i);
    if (weight == 0) {
      for (Index j = 0; j < classes; ++j) d_x(i, j) = 0;
      return;
    }
    const Scalar* x = &in.logits(i, 0);
    const Exponential<Scalar, Scalar> exponential{x, row_maximum(x, classes)};
    const Scalar total = row_sum<Scalar>(classes, exponential);
    for (Index j = 0; j < classes; ++j)
      d_x(i, j) = weight * (exponential(j) / total - (j == in.target(i) ? Scalar(1) : Scalar(0)));
  }
};

struct Entry {
  View1<const double> values;
  KOKKOS_FUNCTION double operator()(Index i) const { return values(i); }
};

struct OutOfRange {
  View1<const int> target;
  int classes;
  KOKKOS_FUNCTION double operator()(Index i) const { return target(i) < -1 || target(i) >= classes ? 1 : 0; }
};

template <class Scalar> void require_sound(const Inputs<Scalar>& in) {
  const auto rows = static_cast<Index>(in.logits.extent(0));
  require(in.target.extent(0) == in.logits.extent(0), "there is a target for each row");
  require(in.weight.size() == 0 || in.weight.extent(0) == in.logits.extent(0),
          "there is a weight for each row");
  const OutOfRange bad{in.target, static_cast<int>(in.logits.extent(1))};
  require(sum::largest("training::layers::cross_entropy::targets", rows, bad, Communicator::alone()) == 0,
          "a target is a class, or -1");
}

}  // namespace

template <class Scalar> View1<double> row_values(const Inputs<Scalar>& in) {
  require_sound(in);
  const auto rows = static_cast<Index>(in.logits.extent(0));
  const View1<double> values("training::layers::cross_entropy::rows", rows);
  Kokkos::parallel_for("training::layers::cross_entropy::rows", every(rows), RowValue<Scalar>{in, values});
  return values;
}

template <class Scalar> double value(const Inputs<Scalar>& in, double scale, const Communicator& ranks) {
  const auto values = row_values(in);
  return scale * sum::over("training::layers::cross_entropy::value", static_cast<Index>(values.extent(0)),
                           Entry{values}, ranks);
}

template <class Scalar>
void gradient(const std::type_identity_t<Inputs<Scalar>>& in, double scale, const View2<Scalar>& d_x) {
  require_sound<Scalar>(in);
  require(same_shape(in.logits, d_x), "there is a gradient for each logit");
  Kokkos::parallel_for("training::layers::cross_entropy::gradient", every(static_cast<Index>(d_x.extent(0))),
                       RowGradient<Scalar>{in, static_cast<Scalar>(scale), d_x});
}

template double value(const Inputs<float>&, double, const Communicator&);
template double value(const Inputs<double>&, double, const Communicator&);
template View1<double> row_values(const Inputs<float>&);
template View1<double> row_values(const Inputs<double>&);
template void gradient(const Inputs<float>&, double, const View2<float>&);
template void gradient(const Inputs<double>&, double, const View2<double>&);

}  // namespace attune::training::layers::cross_entropy
