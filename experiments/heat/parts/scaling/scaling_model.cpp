// experiments/heat/parts/scaling/scaling_model.cpp
#include "experiments/heat/parts/scaling/scaling_model.hpp"

#include <algorithm>

#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::experiments::heat::scaling {

namespace theory = attune::heat::theory;

double doublings(Index ranks) {
  double stages = 0;
  for (Index reached = 1; reached < ranks; reached *= 2) ++stages;
  return stages;
}

Network fitted(const std::vector<Exchange>& exchanges, const std::vector<Reduction>& reductions) {
  Network network;
  if (const auto rows = static_cast<Eigen::Index>(exchanges.size()); rows > 0) {
    theory::LongMatrix a(rows, 2);
    for (Eigen::Index n = 0; n < rows; ++n) {
      const auto& [load, seconds] = exchanges[static_cast<std::size_t>(n)];
      a(n, 0) = load.messages / seconds;
      a(n, 1) = load.bytes / seconds;
    }
    const auto fit = theory::nonnegative_least_squares(a, theory::LongVector::Ones(rows));
    network.latency = static_cast<double>(fit.x(0));
    network.byte_seconds = static_cast<double>(fit.x(1));
  }
  double along = 0, square = 0;  // of stages / seconds
  for (const Reduction& one : reductions) {
    const double stages = doublings(one.ranks) / one.seconds;
    along += stages;
    square += stages * stages;
  }
  if (square > 0) network.reduction = along / square;
  return network;
}

double Computing::seconds(double work) const { return floor + unit * std::max(0.0, work - floor_work); }

Computing Computing::through(double floor, double floor_work, double seconds, double work) {
  if (work <= floor_work) return {seconds, work, 0};
  return {std::min(floor, seconds), floor_work, std::max(0.0, seconds - floor) / (work - floor_work)};
}

StepTime step_time(const Computing& computing, const Network& network, const StepDemand& demand,
                   Index ranks) {
  return {computing.seconds(demand.work), demand.load.messages * network.latency,
          demand.load.bytes * network.byte_seconds, demand.reductions * doublings(ranks) * network.reduction};
}

std::vector<Index> grown(std::vector<Index> cells, Index ranks) {
  std::vector<Index> primes;
  for (Index prime = 2; ranks > 1; prime = prime * prime > ranks ? ranks : prime + 1)
    while (ranks % prime == 0) {
      primes.push_back(prime);
      ranks /= prime;
    }
  for (auto prime = primes.rbegin(); prime != primes.rend(); ++prime)
    *std::min_element(cells.begin(), cells.end()) *= *prime;
  return cells;
}

}  // namespace attune::experiments::heat::scaling
