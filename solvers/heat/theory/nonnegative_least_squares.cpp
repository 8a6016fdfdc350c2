// solvers/heat/theory/nonnegative_least_squares.cpp
//
// Unknowns enter the support one at a time, steepest first, and leave it where they would turn negative.
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

#include <Eigen/QR>
#include <cmath>
#include <vector>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Eigen::Index;

class Search {
 public:
  Search(const LongMatrix& A, const LongVector& b) : A_(A), b_(b), x_(LongVector::Zero(A.cols())) {
    norm_ = A.colwise().norm();
  }
  NonnegativeFit run();

 private:
  bool within(Index j) const { return std::find(support_.begin(), support_.end(), j) != support_.end(); }
  LongVector slopes() const;  // w_i / (|column_i| |b|)
  LongVector minimum() const;  // on the support
  void descend();

  const LongMatrix& A_;
  const LongVector& b_;
  LongVector x_, norm_;
  std::vector<Index> support_;
};

LongVector Search::slopes() const {
  const LongVector w = A_.transpose() * (b_ - A_ * x_);
  const Long size = b_.norm();
  return w.binaryExpr(norm_, [size](Long slope, Long norm) {
    return norm > 0 && size > 0 ? slope / (norm * size) : Long(0);
  });
}

LongVector Search::minimum() const {
  LongMatrix columns(A_.rows(), support_.size());
  for (std::size_t i = 0; i < support_.size(); ++i) columns.col(i) = A_.col(support_[i]);
  const Eigen::ColPivHouseholderQR<LongMatrix> qr(columns);
  LongVector s = qr.solve(b_);
  s += qr.solve(b_ - columns * s);
  return s;
}

void Search::descend() {
  while (!support_.empty()) {
    const LongVector s = minimum();
    Long reach = 1;
    Index blocking = -1;
    for (Index i = 0; i < s.size(); ++i) {
      if (s[i] > 0) continue;
      const Long from = x_[support_[i]], possible = from > 0 ? from / (from - s[i]) : 0;
      if (blocking >= 0 && possible >= reach) continue;
      reach = possible;
      blocking = i;
    }
    for (Index i = 0; i < s.size(); ++i) {
      Long& value = x_[support_[i]];
      value = std::max(Long(0), value + reach * (s[i] - value));
    }
    if (blocking < 0) return;
    x_[support_[blocking]] = 0;
    support_.erase(support_.begin() + blocking);
  }
}

NonnegativeFit Search::run() {
  NonnegativeFit found;
  std::vector<bool> banned(x_.size(), false);
  const int most = 100 * static_cast<int>(x_.size()) + 100;
  while (found.steps < most) {
    const LongVector w = slopes();
    Index best = -1;
    for (Index j = 0; j < x_.size(); ++j)
      if (!banned[j] && !within(j) && w[j] > std::numeric_limits<Long>::epsilon() * 16)
        if (best < 0 || w[j] > w[best]) best = j;
    if (best < 0) break;
    ++found.steps;
    support_.push_back(best);
    descend();
    // An unknown that cannot stay had its slope from round-off; it may try again once another has moved.
    if (within(best))
      std::fill(banned.begin(), banned.end(), false);
    else
      banned[best] = true;
  }
  const LongVector w = slopes();
  for (Index j = 0; j < x_.size(); ++j)
    found.kkt_residual = std::max(found.kkt_residual, x_[j] > 0 ? std::abs(w[j]) : w[j]);
  found.x = x_;
  found.distance = (A_ * x_ - b_).norm();
  return found;
}

void check(const LongMatrix& A, const LongVector& b) {
  require(A.rows() == b.size() && A.rows() > 0 && A.cols() > 0, "A has a row for every entry of b");
}

}  // namespace

NonnegativeFit nonnegative_least_squares(const LongMatrix& A, const LongVector& b) {
  check(A, b);
  return Search(A, b).run();
}

NonnegativeFit simplex_least_squares(const LongMatrix& A, const LongVector& b) {
  check(A, b);
  LongMatrix Z(A.rows() + 1, A.cols());
  Z.topRows(A.rows()) = A.colwise() - b;
  Z.row(A.rows()).setOnes();
  NonnegativeFit found = Search(Z, LongVector::Unit(A.rows() + 1, A.rows())).run();
  found.x /= found.x.sum();
  found.distance = (Z.topRows(A.rows()) * found.x).norm();
  return found;
}

LongVector affine_least_squares(const LongMatrix& A, const LongVector& b) {
  check(A, b);
  const Index n = A.cols();
  LongVector x = LongVector::Ones(n);
  if (n == 1) return x;
  const LongMatrix differences = A.rightCols(n - 1).colwise() - A.col(0);
  const Eigen::ColPivHouseholderQR<LongMatrix> qr(differences);
  const LongVector target = b - A.col(0);
  LongVector s = qr.solve(target);
  s += qr.solve(target - differences * s);
  x << 1 - s.sum(), s;
  return x;
}

}  // namespace attune::heat::theory
