// experiments/heat/parts/rollout_benchmark/least_squares_stencil.cpp
#include "experiments/heat/parts/rollout_benchmark/least_squares_stencil.hpp"

#include <Eigen/QR>

#include "solvers/heat/theory/extension.hpp"

namespace attune::experiments::heat::rollout_benchmark {

namespace theory = attune::heat::theory;

std::vector<double> least_squares_weights(const theory::Grid& grid, const LearnedStencil& window,
                                          const Samples& from, const Samples& to) {
  const auto& offsets = window.offsets();
  const auto cells = static_cast<Eigen::Index>(grid.total());
  const auto rows = cells * static_cast<Eigen::Index>(from.size());
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(rows, static_cast<Eigen::Index>(window.classes()));
  Eigen::VectorXd right(rows);
  Eigen::Index row = 0;
  for (std::size_t s = 0; s < from.size(); ++s) {
    const auto wide = theory::extend(grid, from[s], theory::reach_of(offsets));
    std::size_t cell = 0;
    for (Index k = 0; k < grid.cells[0]; ++k)
      for (Index j = 0; j < grid.cells[1]; ++j)
        for (Index i = 0; i < grid.cells[2]; ++i, ++row) {
          const auto here = wide.place(k, j, i);
          for (std::size_t o = 0; o < offsets.size(); ++o)
            columns(row, static_cast<Eigen::Index>(window.class_of()[o])) +=
                wide.values[static_cast<std::size_t>(here + wide.step(offsets[o]))];
          right(row) = to[s][cell++];
        }
  }
  const Eigen::VectorXd of_class = columns.completeOrthogonalDecomposition().solve(right);
  std::vector<double> weights;
  for (const std::size_t c : window.class_of()) weights.push_back(of_class(static_cast<Eigen::Index>(c)));
  return weights;
}

}  // namespace attune::experiments::heat::rollout_benchmark
