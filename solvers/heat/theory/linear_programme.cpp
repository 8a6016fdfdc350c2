// solvers/heat/theory/linear_programme.cpp
//
// The first phase starts from artificial variables, one for every equation, and minimises their sum; the
// second keeps them at zero.
#include "solvers/heat/theory/linear_programme.hpp"

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Eigen::Index;

class Simplex {
 public:
  explicit Simplex(const LinearProgramme& programme);
  bool descend(const LongVector& cost);  // false where the programme is unbounded

  LongVector point() const;  // (n + m)
  LongVector multipliers() const;  // of the equations as they were given
  Long total_of_artificials() const;
  int steps() const { return steps_; }

 private:
  Index entering(const LongVector& cost) const;  // -1 at the optimum
  Index leaving(const LongVector& u) const;  // a place of the basis; -1 where nothing blocks
  void factor();

  Index real_;  // n
  LongMatrix A_;  // (m, n + m)  rows scaled, artificial variables last
  LongVector b_, scale_;  // (m)  b_ >= 0
  std::vector<Index> basis_;  // (m)
  std::vector<bool> basic_;  // (n + m)
  Eigen::PartialPivLU<LongMatrix> lu_;
  LongVector x_, y_;  // (m)  values of the basis, multipliers
  int steps_ = 0;
};

Simplex::Simplex(const LinearProgramme& programme) : real_(programme.A.cols()) {
  const Index m = programme.A.rows();
  A_ = LongMatrix::Zero(m, real_ + m);
  b_.resize(m);
  scale_.resize(m);
  for (Index i = 0; i < m; ++i) {
    const Long size = std::max(programme.A.row(i).cwiseAbs().maxCoeff(), std::abs(programme.b[i]));
    scale_[i] = (programme.b[i] < 0 ? -1 : 1) / (size > 0 ? size : 1);
    A_.row(i).head(real_) = scale_[i] * programme.A.row(i);
    A_(i, real_ + i) = 1;
    b_[i] = scale_[i] * programme.b[i];
    basis_.push_back(real_ + i);
  }
  basic_.assign(real_ + m, false);
  for (const Index j : basis_) basic_[j] = true;
}

void Simplex::factor() {
  LongMatrix B(b_.size(), b_.size());
  for (Index i = 0; i < b_.size(); ++i) B.col(i) = A_.col(basis_[i]);
  lu_.compute(B);
  x_ = lu_.solve(b_).cwiseMax(Long(0));
}

Index Simplex::entering(const LongVector& cost) const {
  for (Index j = 0; j < real_; ++j) {
    if (basic_[j]) continue;
    const Long size = std::abs(cost[j]) + A_.col(j).cwiseAbs().dot(y_.cwiseAbs());
    if (cost[j] - A_.col(j).dot(y_) < -round_off * size) return j;
  }
  return -1;
}

// A basic artificial variable is at zero in the second phase and must not move: it leaves whenever it would.
// Reaches that differ by round-off are the same, and the smallest index leaves.
Index Simplex::leaving(const LongVector& u) const {
  const Long least = round_off * std::max(Long(1), u.cwiseAbs().maxCoeff());
  const Long same = 64 * std::numeric_limits<Long>::epsilon();
  std::vector<Long> reach(u.size(), std::numeric_limits<Long>::infinity());
  for (Index i = 0; i < u.size(); ++i) {
    const bool held = basis_[i] >= real_ && x_[i] <= round_off;
    if (held && std::abs(u[i]) > least) reach[i] = 0;
    if (!held && u[i] > least) reach[i] = x_[i] / u[i];
  }
  const Long shortest = *std::min_element(reach.begin(), reach.end());
  Index place = -1;
  for (Index i = 0; i < u.size(); ++i) {
    if (std::isinf(reach[i]) || reach[i] > shortest * (1 + same) + same) continue;
    if (place < 0 || basis_[i] < basis_[place]) place = i;
  }
  return place;
}

bool Simplex::descend(const LongVector& cost) {
  const auto most = 200 * static_cast<int>(A_.cols()) + 200;
  while (true) {
    factor();
    LongVector at_basis(b_.size());
    for (Index i = 0; i < b_.size(); ++i) at_basis[i] = cost[basis_[i]];
    y_ = lu_.transpose().solve(at_basis);
    const Index j = entering(cost);
    if (j < 0) return true;
    const Index place = leaving(lu_.solve(A_.col(j)));
    if (place < 0) return false;
    require(++steps_ <= most, "a simplex method that cannot cycle comes to its end");
    basic_[basis_[place]] = false;
    basic_[j] = true;
    basis_[place] = j;
  }
}

LongVector Simplex::point() const {
  LongVector x = LongVector::Zero(A_.cols());
  for (Index i = 0; i < b_.size(); ++i) x[basis_[i]] = x_[i];
  return x;
}

LongVector Simplex::multipliers() const { return y_.cwiseProduct(scale_); }

Long Simplex::total_of_artificials() const { return point().tail(b_.size()).sum(); }

}  // namespace

Programmed minimise(const LinearProgramme& programme) {
  const Index m = programme.A.rows(), n = programme.A.cols();
  require(m > 0 && n > 0 && programme.b.size() == m && programme.c.size() == n,
          "A has a row for every entry of b and a column for every entry of c");
  Simplex simplex(programme);
  LongVector cost = LongVector::Zero(n + m);
  cost.tail(m).setOnes();
  simplex.descend(cost);

  Programmed found;
  found.infeasibility = simplex.total_of_artificials();
  if (found.infeasibility > round_off) {
    found.outcome = Outcome::infeasible;
    found.y = -simplex.multipliers();
  } else {
    cost << programme.c, LongVector::Zero(m);
    found.outcome = simplex.descend(cost) ? Outcome::optimal : Outcome::unbounded;
    found.y = simplex.multipliers();
  }
  found.x = simplex.point().head(n);
  found.value = programme.c.dot(found.x);
  found.steps = simplex.steps();
  return found;
}

}  // namespace attune::heat::theory
