// experiments/traffic/parts/mixed_ring.cpp
#include "experiments/traffic/parts/mixed_ring.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/traffic/theory/dense_spectrum.hpp"

namespace attune::experiments::traffic {
namespace {

using attune::traffic::theory::Complex;
using attune::traffic::theory::Linearisation;

template <class Action> void with_controller(const MixedRing& ring, const Action& action) {
  if (ring.controller == "acc")
    action(ring.controllers.acc);
  else if (ring.controller == "bilateral")
    action(ring.controllers.bilateral);
  else
    action(ring.controllers.follower_stopper);
}

// The sight of a vehicle of headway h where all drive at v and the one behind keeps the headway of humans.
template <class Law> auto sight_at(const Law& law, double headway, double behind, double speed) {
  auto see = solver::uniform_sight(law, headway, speed);
  see.distance_behind = behind;
  return see;
}

// The least headway at which the law does not brake from v; infinite if there is none up to `most`.
template <class Law> double least_headway(const Law& law, double behind, double speed, double most) {
  double low = law.vehicle_length(), high = most;
  if (!(law.acceleration(sight_at(law, high, behind, speed)) >= 0))
    return Kokkos::Experimental::infinity_v<double>;
  for (int n = 0; n < 200; ++n) {
    const double middle = 0.5 * (low + high);
    (law.acceleration(sight_at(law, middle, behind, speed)) >= 0 ? high : low) = middle;
  }
  return high;
}

template <class Law> MixedFlow uniform_flow_of(const MixedRing& ring, const Law& law) {
  const auto automated = static_cast<double>(ring.automated),
             humans = static_cast<double>(ring.vehicles) - automated;
  const auto human_headway = [&](double v) { return least_headway(ring.human, 0, v, 1e6); };
  const auto fits = [&](double v) {
    const double h = human_headway(v);
    return humans * h + (automated > 0 ? automated * least_headway(law, h, v, 1e6) : 0) <= ring.length;
  };
  double slow = 0, fast = ring.human.desired_speed;
  for (int n = 0; n < 200; ++n) {
    const double middle = 0.5 * (slow + fast);
    (fits(middle) ? slow : fast) = middle;
  }
  MixedFlow flow{slow, std::vector<double>(ring.vehicles, human_headway(slow))};
  const double rest = ring.length - humans * flow.headway[0];
  for (Index i = 0; i < ring.vehicles; ++i)
    if (ring.is_automated(i)) flow.headway[i] = rest / automated;
  return flow;
}

template <class Law> Linearisation linear(const Law& law, double headway, double speed) {
  return attune::traffic::theory::linearise(law, headway, speed);
}

std::vector<Linearisation> linearised(const MixedRing& ring, const MixedFlow& flow) {
  std::vector<Linearisation> laws;
  for (Index i = 0; i < ring.vehicles; ++i)
    if (ring.is_automated(i))
      with_controller(ring,
                      [&](const auto& law) { laws.push_back(linear(law, flow.headway[i], flow.speed)); });
    else
      laws.push_back(linear(ring.human, flow.headway[i], flow.speed));
  return laws;
}

bool heeds_nobody(const Linearisation& f) {
  return f.distance[0] == 0 && f.leader_speed[0] == 0 && !f.looks_back();
}

}  // namespace

bool MixedRing::is_automated(Index i) const {
  for (Index k = 0; k < automated; ++k)
    if (k * vehicles / automated == i) return true;
  return false;
}

MixedFlow uniform_flow(const MixedRing& ring) {
  MixedFlow flow;
  with_controller(ring, [&](const auto& law) { flow = uniform_flow_of(ring, law); });
  return flow;
}

MixedSpectrum mixed_spectrum(const MixedRing& ring) {
  const auto laws = linearised(ring, uniform_flow(ring));
  MixedSpectrum spectrum;
  spectrum.rate = -Kokkos::Experimental::infinity_v<double>;
  const auto absorb = [&spectrum](Complex rate) {
    const bool first = rate.real() > spectrum.rate.real();
    if (first) spectrum.rate = rate;
    return first;
  };
  for (const auto& f : laws) spectrum.cut_open = spectrum.cut_open || heeds_nobody(f);
  if (spectrum.cut_open) {
    for (const auto& f : laws)
      for (const Complex rate : attune::traffic::theory::quadratic_roots(f.speed, -f.distance[0]))
        if (!(heeds_nobody(f) && std::abs(rate) < 1e-12)) absorb(rate);
    return spectrum;
  }
  const auto N = static_cast<int>(ring.vehicles);
  const Eigen::MatrixXd transposed = attune::traffic::theory::ring_matrix(laws, N).transpose();
  const Eigen::EigenSolver<Eigen::MatrixXd> eigen(transposed, true);
  require(eigen.info() == Eigen::Success, "the eigenvalues of a mixed ring converge");
  Eigen::Index zero = 0;
  for (Eigen::Index k = 1; k < eigen.eigenvalues().size(); ++k)
    if (std::abs(eigen.eigenvalues()[k]) < std::abs(eigen.eigenvalues()[zero])) zero = k;
  for (Eigen::Index k = 0; k < eigen.eigenvalues().size(); ++k) {
    if (k == zero || !absorb(eigen.eigenvalues()[k])) continue;
    spectrum.left.clear();
    for (Eigen::Index row = 0; row < 2 * N; ++row)
      spectrum.left.push_back(std::conj(eigen.eigenvectors()(row, k)));
  }
  return spectrum;
}

LoneRing mixed_lone_ring(const MixedRing& ring, bool engaged, const solver::Driving& driving) {
  LoneRing result;
  const RingShape shape{1, ring.vehicles, ring.length / static_cast<double>(ring.vehicles)};
  const double speed = attune::traffic::theory::equilibrium_speed(ring.human, shape.headway);
  with_controller(ring, [&](const auto& law) {
    using Law = solver::Mixed<solver::Idm, std::decay_t<decltype(law)>>;
    std::vector<Law> laws;
    for (Index i = 0; i < ring.vehicles; ++i)
      laws.push_back({ring.human, law, engaged && ring.is_automated(i)});
    result = lone_ring(solver::one_law_a_vehicle(laws), shape, speed, driving);
  });
  return result;
}

}  // namespace attune::experiments::traffic
