// solvers/heat/theory/positive_stencil.cpp
//
// A scan of the infeasibility, its minima by golden section, edges by bisection; the least distance problem.
#include "solvers/heat/theory/positive_stencil.hpp"

#include <Eigen/SVD>
#include <cmath>
#include <numbers>

#include "core/core/require.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::heat::theory {
namespace {

constexpr int halvings = 70;

Long infeasibility(const MomentProblem& at, Long r) {
  return feasible({at.order, at.reach, r}).infeasibility;
}

// The edge between a feasible and an infeasible time.
Long edge(const MomentProblem& at, Long inside, Long outside) {
  for (int i = 0; i < halvings; ++i) {
    const Long middle = (inside + outside) / 2;
    (infeasibility(at, middle) <= round_off ? inside : outside) = middle;
  }
  return inside;
}

// Where the infeasibility is least between two times around a minimum of the scan.
Long least_infeasible(const MomentProblem& at, Long from, Long to) {
  constexpr Long golden = std::numbers::phi_v<Long> - 1;
  Long left = to - golden * (to - from), right = from + golden * (to - from);
  Long at_left = infeasibility(at, left), at_right = infeasibility(at, right);
  for (int i = 0; i < 2 * halvings && at_left > round_off && at_right > round_off; ++i) {
    const bool lower = at_left < at_right;
    (lower ? to : from) = lower ? right : left;
    (lower ? right : left) = lower ? left : right;
    (lower ? at_right : at_left) = lower ? at_left : at_right;
    Long& fresh = lower ? left : right;
    fresh = lower ? to - golden * (to - from) : from + golden * (to - from);
    (lower ? at_left : at_right) = infeasibility(at, fresh);
  }
  return at_left < at_right ? left : right;
}

}  // namespace

std::vector<Interval> feasible_times(int order, int reach, int scan) {
  require(scan >= 2, "a scan has at least two points");
  const MomentProblem at{order, reach, 0};
  const Long step = Long(reach) * reach / (2 * Long(scan));
  // One point past W^2 / 2, where even the second moment is too large.
  std::vector<Long> v;
  for (int i = 0; i <= scan + 1; ++i) v.push_back(infeasibility(at, i * step));
  const auto holds = [&](int i) { return i > 0 && v[i] <= round_off; };

  std::vector<Interval> intervals;
  for (int i = 1; i <= scan; ++i) {
    Long inside = i * step;
    const bool begins = holds(i) && !holds(i - 1);
    const bool dips = !holds(i) && i > 1 && v[i] <= v[i - 1] && v[i] <= v[i + 1] && !holds(i - 1);
    if (dips) inside = least_infeasible(at, (i - 1) * step, (i + 1) * step);
    if (!begins && (!dips || infeasibility(at, inside) > round_off)) continue;
    int last = i;
    while (holds(last)) ++last;
    const Long end = dips ? (i + 1) * step : last * step;
    const Long latest = dips ? inside : (last - 1) * step;
    intervals.push_back(
        {static_cast<double>(edge(at, inside, (i - 1) * step)), static_cast<double>(edge(at, latest, end))});
  }
  return intervals;
}

std::vector<double> least_norm_weights(const MomentProblem& problem) {
  if (!feasible(problem).feasible) return {};
  // The unknowns sqrt(2) w_j make the sum of squares the one over all places.
  LinearProgramme programme = equations(problem);
  const auto n = programme.A.cols();
  const Long root = std::sqrt(Long(2));
  programme.A.rightCols(n - 1) *= root;
  const Eigen::JacobiSVD<LongMatrix> svd(programme.A, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const auto rank = svd.rank();
  LongVector w = svd.solve(programme.b);

  if (n > rank && w.minCoeff() < 0) {
    const LongMatrix N = svd.matrixV().rightCols(n - rank);
    LongMatrix E(n - rank + 1, n);
    E << N.transpose(), -w.transpose();
    LongVector e = LongVector::Zero(n - rank + 1);
    e[n - rank] = 1;
    const LongVector rest = E * nonnegative_least_squares(E, e).x - e;
    if (rest[n - rank] != 0) w -= N * (rest.head(n - rank) / rest[n - rank]);
  }
  std::vector<double> weights;
  for (Eigen::Index j = 0; j < n; ++j)
    weights.push_back(static_cast<double>(std::max(Long(0), j == 0 ? w[j] : w[j] / root)));
  return weights;
}

Stencil product_stencil(const std::vector<double>& weights, int dimensions) {
  require(!weights.empty() && dimensions >= 1 && dimensions <= 3,
          "weights of at least the centre, and one to three dimensions");
  Triple reach{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) reach[a] = static_cast<Index>(weights.size()) - 1;
  Stencil stencil{box_offsets(reach), {}};
  for (const auto& offset : stencil.offsets) {
    double weight = 1;
    for (int a = 3 - dimensions; a < 3; ++a) weight *= weights[std::abs(offset[a])];
    stencil.weights.push_back(weight);
  }
  return stencil;
}

}  // namespace attune::heat::theory
