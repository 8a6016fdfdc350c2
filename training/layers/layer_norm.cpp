// training/layers/layer_norm.cpp
//
// One thread a row, which is read three times forward, twice backward.
#include "training/layers/layer_norm.hpp"

#include "training/layers/column_sums.hpp"
#include "training/layers/row_sum.hpp"

namespace attune::training::layers::layer_norm {

namespace {

// x_ij - shift, to a power
template <class Scalar> struct Distance {
  const Scalar* x;
  Scalar shift;
  KOKKOS_FUNCTION Scalar operator()(Index j) const { return x[j] - shift; }
};
template <class Scalar> struct SquaredDistance {
  const Scalar* x;
  Scalar shift;
  KOKKOS_FUNCTION Scalar operator()(Index j) const { return (x[j] - shift) * (x[j] - shift); }
};

// g_j, or 1 where there are no scales.
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar scale_of(const Weights<Scalar>& w, Index j) {
  return w.scale.size() > 0 ? w.scale(j) : Scalar(1);
}

template <class Scalar> struct Forward {
  Weights<Scalar> w;
  View2<const Scalar> x;
  View2<Scalar> y;
  Moments<Scalar> moments;

  KOKKOS_FUNCTION void operator()(Index i) const {
    const auto width = static_cast<Index>(x.extent(1));
    const Scalar* row = &x(i, 0);
    const auto count = static_cast<Scalar>(width);
    const Scalar mean = row[0] + row_sum<Scalar>(width, Distance<Scalar>{row, row[0]}) / count;
    const Scalar variance = row_sum<Scalar>(width, SquaredDistance<Scalar>{row, mean}) / count;
    const Scalar inverse = 1 / Kokkos::sqrt(variance + Scalar(epsilon));
    for (Index j = 0; j < width; ++j) {
      const Scalar n = (row[j] - mean) * inverse;
      y(i, j) = w.scale.size() > 0 ? w.scale(j) * n + w.offset(j) : n;
    }
    moments.mean(i) = mean;
    moments.inverse_deviation(i) = inverse;
  }
};

// e_ij and e_ij n_ij
template <class Scalar> struct Seed {
  Weights<Scalar> w;
  const Scalar* d_y;
  KOKKOS_FUNCTION Scalar operator()(Index j) const { return d_y[j] * scale_of(w, j); }
};
template <class Scalar> struct SeedTimesEntry {
  Seed<Scalar> seed;
  const Scalar* x;
  Scalar mean, inverse;
  KOKKOS_FUNCTION Scalar operator()(Index j) const { return seed(j) * ((x[j] - mean) * inverse); }
};

template <class Scalar> struct BackwardInput {
  Weights<Scalar> w;
  Inputs<Scalar> in;
  View2<const Scalar> d_y;
  View2<Scalar> d_x;

  KOKKOS_FUNCTION void operator()(Index i) const {
    const auto width = static_cast<Index>(d_x.extent(1));
    const Scalar mean = in.moments.mean(i), inverse = in.moments.inverse_deviation(i);
    const Scalar* row = &in.x(i, 0);
    const Seed<Scalar> seed{w, &d_y(i, 0)};
    const auto count = static_cast<Scalar>(width);
    const Scalar level = row_sum<Scalar>(width, seed) / count;
    const Scalar along = row_sum<Scalar>(width, SeedTimesEntry<Scalar>{seed, row, mean, inverse}) / count;
    for (Index j = 0; j < width; ++j)
      d_x(i, j) = inverse * (seed(j) - level - (row[j] - mean) * inverse * along);
  }
};

// d_y_ij n_ij
template <class Scalar> struct ScaleTerm {
  Inputs<Scalar> in;
  View2<const Scalar> d_y;
  KOKKOS_FUNCTION Scalar operator()(Index i, Index j) const {
    return d_y(i, j) * ((in.x(i, j) - in.moments.mean(i)) * in.moments.inverse_deviation(i));
  }
};

template <class Scalar>
void require_shapes(const Weights<Scalar>& w, const View2<const Scalar>& x, const Moments<Scalar>& moments) {
  require(
      w.scale.extent(0) == w.offset.extent(0) && (w.scale.size() == 0 || w.scale.extent(0) == x.extent(1)),
      "scale and offset have an entry for each of a row, or none");
  require(moments.mean.extent(0) == x.extent(0) && moments.inverse_deviation.extent(0) == x.extent(0),
          "the moments have an entry for each row");
}

}  // namespace

template <class Scalar>
void forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y,
             const Moments<Scalar>& moments) {
  require_shapes<Scalar>(w, x, moments);
  require(same_shape(x, y), "x and y have one shape");
  if (x.size() == 0) return;
  Kokkos::parallel_for("training::layers::layer_norm::forward", every(static_cast<Index>(x.extent(0))),
                       Forward<Scalar>{w, x, y, moments});
}

template <class Scalar>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Input<Scalar>& d_y, const View2<Scalar>& d_x, const Weights<Scalar>& d_w) {
  require_shapes<Scalar>(w, in.x, in.moments);
  require(same_shape(in.x, d_y) && (d_x.size() == 0 || same_shape(in.x, d_x)),
          "x, d_y and d_x have one shape");
  const auto rows = static_cast<Index>(in.x.extent(0));
  if (w.scale.size() > 0) {  // first: d_x may take the place of what they read
    require(same_shape(d_w.scale, w.scale) && same_shape(d_w.offset, w.offset), "d_w has the shapes of w");
    add_column_sums("training::layers::layer_norm::scale", rows, ScaleTerm<Scalar>{in, d_y}, d_w.scale);
    add_column_sums("training::layers::layer_norm::offset", rows, Entry<Scalar>{d_y}, d_w.offset);
  }
  if (d_x.size() > 0)
    Kokkos::parallel_for("training::layers::layer_norm::backward", every(rows),
                         BackwardInput<Scalar>{w, in, d_y, d_x});
}

template void forward(const Weights<float>&, const Input<float>&, const View2<float>&, const Moments<float>&);
template void forward(const Weights<double>&, const Input<double>&, const View2<double>&,
                      const Moments<double>&);
template void backward(const Weights<float>&, const Inputs<float>&, const Input<float>&, const View2<float>&,
                       const Weights<float>&);
template void backward(const Weights<double>&, const Inputs<double>&, const Input<double>&,
                       const View2<double>&, const Weights<double>&);

}  // namespace attune::training::layers::layer_norm
