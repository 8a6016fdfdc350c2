// solvers/heat/theory/active_set.cpp
//
// Factor of the support, solves with one refinement, and the search.
#include "solvers/heat/theory/active_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune::heat::theory {

using Eigen::Index;
using Eigen::VectorXd;

namespace {
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double dependent = 512 * epsilon;  // a pivot below this part of its diagonal is round-off
}  // namespace

ActiveSet::ActiveSet(const Eigen::MatrixXd& C, const VectorXd& b)
    : C_(C), b_(b), p_(VectorXd::Zero(b.size())), L_(Eigen::MatrixXd::Zero(b.size(), b.size())) {
  sigma_ = C.diagonal().mean();
  if (!(sigma_ > 0)) sigma_ = 1;
  Index best = 0;
  for (Index i = 1; i < b.size(); ++i)
    if (C(i, i) - 2 * b[i] < C(best, best) - 2 * b[best]) best = i;
  p_[best] = 1;
  append(best);
}

void ActiveSet::search() {
  std::vector<bool> banned(p_.size(), false);
  const int most = 100 * static_cast<int>(p_.size()) + 100;
  for (Index j = steepest(banned); j >= 0 && steps_ < most; j = steepest(banned)) {
    ++steps_;
    while (!append(j)) slide(j);
    descend();
    // A weight that cannot stay had its slope from round-off; it may try again once another has moved.
    const bool stays = std::find(support_.begin(), support_.end(), j) != support_.end();
    if (stays) std::fill(banned.begin(), banned.end(), false);
    banned[j] = !stays;
  }
}

Index ActiveSet::steepest(const std::vector<bool>& banned) const {
  using Long = long double;
  const Index n = p_.size();
  std::vector<Long> slope(n);
  Long lambda = 0, scale = 0;
  for (Index i = 0; i < n; ++i) {
    Long sum = -b_[i], size = std::abs(b_[i]);
    for (const Index k : support_) {
      const Long term = static_cast<Long>(C_(i, k)) * p_[k];
      sum += term;
      size += std::abs(term);
    }
    slope[i] = sum;
    lambda += p_[i] * sum;
    scale = std::max(scale, size);
  }

  Index best = -1;
  Long lowest = -8 * epsilon * scale;
  for (Index i = 0; i < n; ++i) {
    const bool within = std::find(support_.begin(), support_.end(), i) != support_.end();
    if (banned[i] || within || slope[i] - lambda >= lowest) continue;
    lowest = slope[i] - lambda;
    best = i;
  }
  return best;
}

VectorXd ActiveSet::right_of(Index j) const {
  VectorXd column(support_.size());
  for (std::size_t i = 0; i < support_.size(); ++i) column[i] = C_(support_[i], j) + sigma_;
  return column;
}

bool ActiveSet::append(Index j) {
  const auto m = static_cast<Index>(support_.size());
  const VectorXd row = L_.topLeftCorner(m, m).triangularView<Eigen::Lower>().solve(right_of(j));
  const double diagonal = C_(j, j) + sigma_, pivot = diagonal - row.squaredNorm();
  if (pivot <= dependent * diagonal) return false;
  L_.row(m).head(m) = row;
  L_(m, m) = std::sqrt(pivot);
  support_.push_back(j);
  return true;
}

void ActiveSet::drop(Index place) {
  p_[support_[place]] = 0;
  const std::vector<Index> later(support_.begin() + place + 1, support_.end());
  support_.resize(place);
  for (const Index j : later) {
    if (append(j)) continue;
    // Fewer predecessors cannot lower a pivot: only round-off refuses here, and the least pivot stands in.
    const auto m = static_cast<Index>(support_.size());
    L_.row(m).head(m) = L_.topLeftCorner(m, m).triangularView<Eigen::Lower>().solve(right_of(j));
    L_(m, m) = std::sqrt(dependent * (C_(j, j) + sigma_));
    support_.push_back(j);
  }
}

// K^-1 right, moved along K^-1 1 to the given total.
VectorXd ActiveSet::solve(const VectorXd& right, double total) const {
  const auto m = static_cast<Index>(support_.size());
  const auto lower = L_.topLeftCorner(m, m).triangularView<Eigen::Lower>();
  const auto upper = L_.topLeftCorner(m, m).transpose().triangularView<Eigen::Upper>();
  const VectorXd u = upper.solve(lower.solve(right)), v = upper.solve(lower.solve(VectorXd::Ones(m)));
  return u + v * ((total - u.sum()) / v.sum());
}

VectorXd ActiveSet::minimum() const {
  const auto m = static_cast<Index>(support_.size());
  VectorXd right(m);
  for (Index i = 0; i < m; ++i) right[i] = b_[support_[i]];
  VectorXd s = solve(right, 1);
  for (int refinement = 0; refinement < 2; ++refinement) {
    long double mean = 0;
    for (Index i = 0; i < m; ++i) {
      long double rest = b_[support_[i]];
      for (Index k = 0; k < m; ++k) rest -= static_cast<long double>(C_(support_[i], support_[k])) * s[k];
      right[i] = static_cast<double>(rest);
      mean += rest / m;
    }
    right.array() -= static_cast<double>(mean);
    s += solve(right, static_cast<double>(1 - s.cast<long double>().sum()));
  }
  return s;
}

void ActiveSet::slide(Index j) {
  const VectorXd d = solve(-right_of(j), -1);
  Index blocking = 0;
  double reach = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < d.size(); ++i) {
    const double possible = d[i] < 0 ? -p_[support_[i]] / d[i] : reach;
    if (possible >= reach) continue;
    reach = possible;
    blocking = i;
  }
  for (Index i = 0; i < d.size(); ++i) p_[support_[i]] = std::max(0.0, p_[support_[i]] + reach * d[i]);
  p_[j] += reach;
  drop(blocking);
}

void ActiveSet::descend() {
  while (true) {
    const VectorXd s = minimum();
    double reach = 1;
    Index blocking = -1;
    for (Index i = 0; i < s.size(); ++i) {
      const double from = p_[support_[i]];
      if (s[i] > 0) continue;
      const double possible = from > 0 ? from / (from - s[i]) : 0;
      if (blocking >= 0 && possible >= reach) continue;
      reach = possible;
      blocking = i;
    }
    for (Index i = 0; i < s.size(); ++i) {
      double& weight = p_[support_[i]];
      weight = blocking < 0 ? s[i] : std::max(0.0, weight + reach * (s[i] - weight));
    }
    if (blocking < 0) return;
    drop(blocking);
  }
}

}  // namespace attune::heat::theory
