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

namespace attune::experiments::heat::coefficients {

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

// How far u leaves [least, most]; fields here have no ghosts.
template <class Scalar> struct Leave {
  View3<const Scalar> u;
  Scalar least, most;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const Scalar x = u.data()[n];
    return static_cast<double>(x > most ? x - most : x < least ? least - x : Scalar(0));
  }
};
// Of this rank.
template <class Scalar> double largest_leave(const Field<Scalar>& u, double least, double most) {
  return sum::largest("heat::contest::leave", u.box.cells(),
                      Leave<Scalar>{u.values, static_cast<Scalar>(least), static_cast<Scalar>(most)},
                      Communicator::alone());
}

// max sign u over all ranks.
template <class Scalar> double largest_of(const Field<Scalar>& u, double sign, const Domain& domain) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < host.size(); ++n)
    most = std::max(most, sign * static_cast<double>(host.data()[n]));
  return domain.max(most);
}

template <class Scalar> struct Apart {
  View3<const Scalar> a, b;
  KOKKOS_FUNCTION double operator()(Index n) const {
    return static_cast<double>(a.data()[n]) - static_cast<double>(b.data()[n]);
  }
};
template <class Scalar>
double farthest(const Field<Scalar>& a, const Field<Scalar>& b, const Domain& domain) {
  return sum::largest("heat::contest::farthest", a.box.cells(), Apart<Scalar>{a.values, b.values},
                      domain.communicator());
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
    audit.excess = std::max(audit.excess, largest_leave(u, least, most));
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

}  // namespace attune::experiments::heat::coefficients
