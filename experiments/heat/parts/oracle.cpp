// experiments/heat/parts/oracle.cpp
#include "experiments/heat/parts/oracle.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>

namespace attune::experiments::heat {

namespace theory = attune::heat::theory;

namespace {

// Column c spreads the weight of class c evenly over its offsets: p = spread q maps simplex onto simplex.
Eigen::MatrixXd spread(const std::vector<std::size_t>& classes) {
  const std::size_t count = *std::max_element(classes.begin(), classes.end()) + 1;
  Eigen::MatrixXd matrix =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(classes.size()), static_cast<Eigen::Index>(count));
  for (std::size_t o = 0; o < classes.size(); ++o)
    matrix(static_cast<Eigen::Index>(o), static_cast<Eigen::Index>(classes[o])) =
        1.0 / static_cast<double>(std::count(classes.begin(), classes.end(), classes[o]));
  return matrix;
}

theory::Stencil with_weights(const std::vector<Triple>& offsets, const Eigen::VectorXd& p) {
  return {offsets, std::vector<double>(p.data(), p.data() + p.size())};
}

}  // namespace

std::vector<std::size_t> reflection_classes(const std::vector<Triple>& offsets, bool tied) {
  std::vector<std::size_t> classes(offsets.size());
  std::size_t next = 0;
  for (std::size_t o = 0; o < offsets.size(); ++o) {
    std::size_t same = 0;
    const auto alike = [&](Index a, Index b) { return a == b || (tied && a == -b); };
    while (same < o && !(alike(offsets[o][0], offsets[same][0]) && alike(offsets[o][1], offsets[same][1]) &&
                         alike(offsets[o][2], offsets[same][2])))
      ++same;
    classes[o] = same < o ? classes[same] : next++;
  }
  return classes;
}

Optimum best_for_sample(const theory::Grid& grid, const std::vector<Triple>& offsets, bool tied,
                        const theory::Fields& fields, const theory::Fields& targets) {
  const Eigen::MatrixXd to_offsets = spread(reflection_classes(offsets, tied));
  const auto free = theory::sample_quadratic(grid, offsets, fields, targets);
  const theory::Quadratic shared{to_offsets.transpose() * free.C * to_offsets,
                                 to_offsets.transpose() * free.b, free.c0};
  const auto minimum = theory::minimise_on_simplex(shared);
  Optimum best{with_weights(offsets, to_offsets * minimum.weights), 0};
  best.loss = theory::sample_loss(grid, best.stencil, fields, targets);
  return best;
}

Optimum best_for_white_noise(const theory::Grid& grid, const std::vector<Triple>& offsets, bool tied,
                             const theory::Stencil& target) {
  // The classes of the window come first; the target's own offsets follow, fixed: the residual lives on both.
  std::vector<Triple> all = offsets;
  all.insert(all.end(), target.offsets.begin(), target.offsets.end());
  const Eigen::MatrixXd C = theory::white_noise_covariance(grid, all);
  const Eigen::MatrixXd to_offsets = spread(reflection_classes(offsets, tied));
  const auto window = static_cast<Eigen::Index>(offsets.size()),
             rest = static_cast<Eigen::Index>(target.offsets.size());
  Eigen::MatrixXd lift = Eigen::MatrixXd::Zero(window + rest, to_offsets.cols() + rest);
  lift.topLeftCorner(window, to_offsets.cols()) = to_offsets;
  lift.bottomRightCorner(rest, rest).setIdentity();
  Eigen::VectorXd t = Eigen::VectorXd::Zero(to_offsets.cols() + rest);
  for (Eigen::Index o = 0; o < rest; ++o)
    t(to_offsets.cols() + o) = target.weights[static_cast<std::size_t>(o)];

  const auto minimum = theory::project_on_simplex(lift.transpose() * C * lift, t, to_offsets.cols());
  return {with_weights(offsets, to_offsets * minimum.weights.head(to_offsets.cols())), minimum.value};
}

std::vector<double> softmax_curvatures(const theory::Grid& grid, const theory::Stencil& at, bool tied,
                                       const std::vector<double>& field) {
  const auto classes = reflection_classes(at.offsets, tied);
  const Eigen::MatrixXd C = theory::sample_quadratic(grid, at.offsets, {field}, {field}).C;
  const Eigen::Map<const Eigen::VectorXd> p(at.weights.data(), static_cast<Eigen::Index>(at.weights.size()));
  const Eigen::MatrixXd J = Eigen::MatrixXd(p.asDiagonal()) - p * p.transpose();
  const auto count = static_cast<Eigen::Index>(*std::max_element(classes.begin(), classes.end()) + 1);
  Eigen::MatrixXd gather = Eigen::MatrixXd::Zero(p.size(), count);  // biases of offsets from those of classes
  for (std::size_t o = 0; o < classes.size(); ++o)
    gather(static_cast<Eigen::Index>(o), static_cast<Eigen::Index>(classes[o])) = 1;
  const Eigen::MatrixXd hessian = 2 * gather.transpose() * J * C * J * gather;
  const Eigen::VectorXd all = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian).eigenvalues();
  return {all.data() + 1, all.data() + all.size()};  // the first is the shift
}

}  // namespace attune::experiments::heat
