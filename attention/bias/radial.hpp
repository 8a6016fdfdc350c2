// attention/bias/radial.hpp
//
// A function of the distance of two particles, learned in a basis of Gaussians, with a cutoff if wanted:
//
//   at(b, h, i, j) = f(r) sum_k w_{h|0, k} phi_k(r),     r = r(b|0, h|0, i|0, j|0),     k = 0 .. K - 1
//   phi_k(r) = exp(-(r - mu_k)^2 / (2 sigma^2)),         mu_k = first + k (last - first) / (K - 1)
//   f(r) = (1 + cos(pi r / r_cut)) / 2 below r_cut, 0 from there on;  f = 1 without a cutoff
//
// Gradients
//   d_w_k = sum over the pairs of d_score f phi_k
//   d_r   = d_score (f sum_k w_k phi_k' + f' sum_k w_k phi_k),   phi_k' = -(r - mu_k) / sigma^2 phi_k,
//           f' = -pi / (2 r_cut) sin(pi r / r_cut)               so forces follow by the chain rule through r
//
// Source   Gaussians of a distance [schutt2017]; as a bias of attention [shi2022]; envelope [behler2007]
// Shapes   w (H|1, K); r (B|1, H|1, M|1, N|1), usually (B, 1, M, N)
// Units    r, mu, sigma, r_cut of one length
// Cost     K exponentials a score
// Limits   K >= 1, sigma > 0; r = infinity, a pair apart, adds 0 with no slope
#pragma once

#include "attention/bias/tensor.hpp"
#include "core/core/require.hpp"

namespace attune::attention::bias {

// The basis; sigma is given, or the spacing of the centres times a factor of the caller's.
struct Gaussians {
  double first, last, sigma;  // of K centres, K the width of the table
  double cutoff = Kokkos::Experimental::infinity_v<double>;

  static Gaussians spaced(double first, double last, Index count, double factor = 1) {
    return {first, last, factor * (last - first) / static_cast<double>(count > 1 ? count - 1 : 1)};
  }
};

template <class Scalar> struct Radial {
  View2<const Scalar> weights;
  Tensor<Scalar> distances;
  Scalar first, spacing, sigma, cutoff;

  Radial(const View2<const Scalar>& w, const Tensor<Scalar>& r, const Gaussians& basis)
      : weights(w),
        distances(r),
        first(static_cast<Scalar>(basis.first)),
        spacing(0),
        sigma(static_cast<Scalar>(basis.sigma)),
        cutoff(static_cast<Scalar>(basis.cutoff)) {
    require(entries() >= 1, "weights (H|1, K), K >= 1");
    require(basis.sigma > 0 && basis.cutoff > 0, "sigma and the cutoff are positive");
    if (entries() > 1)
      spacing = static_cast<Scalar>((basis.last - basis.first) / static_cast<double>(entries() - 1));
  }

  KOKKOS_FUNCTION Scalar at(Index b, Index h, Index i, Index j) const {
    const Scalar r = distances.at(b, h, i, j);
    if (r >= cutoff) return 0;
    return envelope(r) * expansion(h, r).value;
  }
  Index rows() const { return static_cast<Index>(weights.extent(0)); }
  Index entries() const { return static_cast<Index>(weights.extent(1)); }
  template <class Visit>
  KOKKOS_FUNCTION void each(Index b, Index h, Index i, Index j, const Visit& visit) const {
    const Scalar r = distances.at(b, h, i, j);
    if (r >= cutoff) return;
    const Scalar f = envelope(r);
    const auto basis = static_cast<Index>(weights.extent(1));
    for (Index k = 0; k < basis; ++k) visit(k, f * phi(scaled(r, k)));
  }
  Shape4 pairs() const { return distances.pairs(); }
  KOKKOS_FUNCTION Scalar slope(Index b, Index h, Index i, Index j) const {
    const Scalar r = distances.at(b, h, i, j);
    if (r >= cutoff) return 0;
    const Expansion sum = expansion(h, r);
    return envelope(r) * sum.slope + slope_of_envelope(r) * sum.value;
  }

  // sum_k w_k phi_k and its derivative.
  struct Expansion {
    Scalar value, slope;
  };
  KOKKOS_FUNCTION Expansion expansion(Index h, Scalar r) const {
    const auto basis = static_cast<Index>(weights.extent(1));
    Expansion sum{0, 0};
    for (Index k = 0; k < basis; ++k) {
      const Scalar x = scaled(r, k), term = of_head(weights, h, k) * phi(x);
      sum.value += term;
      sum.slope -= term * x / sigma;
    }
    return sum;
  }
  KOKKOS_FUNCTION Scalar scaled(Scalar r, Index k) const {
    return (r - (first + static_cast<Scalar>(k) * spacing)) / sigma;
  }
  KOKKOS_FUNCTION static Scalar phi(Scalar x) { return Kokkos::exp(-x * x / 2); }

  KOKKOS_FUNCTION bool cuts() const { return cutoff <= Kokkos::Experimental::finite_max_v<Scalar>; }
  KOKKOS_FUNCTION Scalar envelope(Scalar r) const {
    return cuts() ? (1 + Kokkos::cos(Kokkos::numbers::pi_v<Scalar> * r / cutoff)) / 2 : Scalar(1);
  }
  KOKKOS_FUNCTION Scalar slope_of_envelope(Scalar r) const {
    const Scalar k = Kokkos::numbers::pi_v<Scalar> / cutoff;
    return cuts() ? -k / 2 * Kokkos::sin(k * r) : Scalar(0);
  }
};

}  // namespace attune::attention::bias
