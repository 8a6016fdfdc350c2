// experiments/heat/parts/coefficients/conductivity_contest.hpp
//
// The heads that see the conductivity, by name, and what is asked of each on a map.
//
//   sweep      row-softmax of z_ij = log r_ij, z_ii = 0: a sweep of Jacobi for backward Euler
//   explicit   row-softmax of z_ij = log r_ij, z_ii = log(1 - sum_j r_ij): the explicit step
//   row, flux, sinkhorn   learned logits under the three normalisations of conductivity_attention.hpp
#pragma once

#include <algorithm>
#include <cmath>

#include "core/core/sum.hpp"
#include "experiments/heat/parts/coefficients/conductivity_lesson.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/variable_conductivity.hpp"

namespace attune::experiments::heat {

inline const std::vector<std::string> contestants{"sweep", "explicit", "row", "flux", "sinkhorn"};
enum Contestant : std::size_t { sweep, remainder, row, flux, sinkhorn };

inline Normalisation normalisation_of(std::size_t contestant) {
  return contestant == flux       ? Normalisation::flux
         : contestant == sinkhorn ? Normalisation::sinkhorn
                                  : Normalisation::row;
}

// Weights of row, flux and sinkhorn.
using LearnedWeights = std::array<ConductivityWeights, 3>;

template <class Scalar>
ConductivityAttention<Scalar> contestant_on(std::size_t contestant, const ConductivityGraph& graph,
                                            const LearnedWeights& learned) {
  ConductivityAttention<Scalar> head(graph, normalisation_of(contestant));
  if (contestant == sweep)
    head.set(pairwise_logits(graph, Centre::zero));
  else if (contestant == remainder)
    head.set(pairwise_logits(graph, Centre::remainder));
  else
    head.set(learned_logits(graph, learned[contestant - row], normalisation_of(contestant)));
  return head;
}

// How far u leaves [least, most].
template <class Scalar> struct Leave {
  Field<Scalar> u;
  Scalar least, most;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, double& worst) const {
    const Scalar x = u(k, j, i);
    const double out = static_cast<double>(x > most ? x - most : x < least ? least - x : Scalar(0));
    if (!(out <= worst)) worst = out;
  }
};

template <class Scalar> struct Extremes {
  Field<Scalar> u;
  double sign;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, double& most) const {
    const double x = sign * static_cast<double>(u(k, j, i));
    if (x > most) most = x;
  }
};

template <class Scalar> double largest_of(const Field<Scalar>& u, double sign, const Domain& domain) {
  double most = -std::numeric_limits<double>::infinity();
  Kokkos::parallel_reduce("heat::contest::extremes", every_cell(u.box), Extremes<Scalar>{u, sign},
                          Kokkos::Max<double>(most));
  return domain.max(most);
}

template <class Scalar> struct Absolute {
  Field<Scalar> a, b;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, double& most) const {
    const double apart = Kokkos::abs(static_cast<double>(a(k, j, i)) - static_cast<double>(b(k, j, i)));
    if (!(apart <= most)) most = apart;
  }
};
template <class Scalar>
double farthest(const Field<Scalar>& a, const Field<Scalar>& b, const Domain& domain) {
  double most = 0;
  Kokkos::parallel_reduce("heat::contest::farthest", every_cell(a.box), Absolute<Scalar>{a, b},
                          Kokkos::Max<double>(most));
  return domain.max(most);
}

struct Audit {
  double drift = 0, weighted_drift = 0;  // of sum u, and of sum e^l u, relative to what |u| may add up to
  double excess = 0, excess_bound = 0;  // largest leave of the initial range (0 in it, with walls of 0)
};

// u <- head^steps u, without ghosts.
template <class Scalar>
Audit audited(const ConductivityAttention<Scalar>& head, const Setting& s, const Field<Scalar>& u,
              Index steps) {
  using attune::heat::inner;
  const auto& ranks = s.domain.communicator();
  const auto at = head.field(), one = head.cells();
  Kokkos::deep_copy(one.values, Scalar(1));
  double least = -largest_of(u, -1, s.domain), most = largest_of(u, 1, s.domain);
  if (s.boundary == "dirichlet") least = std::min(least, 0.0), most = std::max(most, 0.0);
  const double before = inner(u, one, ranks);
  const double size = std::sqrt(inner(u, u, ranks) * static_cast<double>(s.cells()));
  Field<Scalar> sums, first = head.cells();
  attune::heat::combine(first, {{1, u}});
  Audit audit;
  for (Index n = 0; n < steps; ++n) {
    attune::heat::combine(at, {{1, u}});
    head.apply(at, u);
    double out = 0;
    Kokkos::parallel_reduce("heat::contest::leave", every_cell(u.box),
                            Leave<Scalar>{u, static_cast<Scalar>(least), static_cast<Scalar>(most)},
                            Kokkos::Max<double>(out));
    audit.excess = std::max(audit.excess, out);
  }
  sums = head.row_sums();
  const double weight = largest_of(sums, 1, s.domain);
  audit.excess = s.domain.max(audit.excess);
  audit.excess_bound = static_cast<double>(steps) * (2.0 * s.dimensions + 3) *
                       static_cast<double>(std::numeric_limits<Scalar>::epsilon()) * (most - least);
  audit.drift = std::abs(inner(u, one, ranks) - before) / size;
  audit.weighted_drift = std::abs(inner(u, sums, ranks) - inner(first, sums, ranks)) / (weight * size);
  return audit;
}

}  // namespace attune::experiments::heat
