// experiments/heat/parts/work_precision/pareto.cpp
#include "experiments/heat/parts/work_precision/pareto.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::heat::work_precision {

std::vector<Outcome> front(std::vector<Outcome> runs) {
  std::sort(runs.begin(), runs.end(), [](const Outcome& a, const Outcome& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.error < b.error;
  });
  std::vector<Outcome> best;
  for (const Outcome& run : runs)
    if (std::isfinite(run.error) && std::isfinite(run.cost) &&
        (best.empty() || run.error < best.back().error))
      best.push_back(run);
  return best;
}

double cost_at(const std::vector<Outcome>& front, double error) {
  for (std::size_t n = 0; n < front.size(); ++n) {
    if (front[n].error > error) continue;
    if (n == 0 || front[n].error <= 0 || front[n].cost <= 0) return front[n].cost;
    const Outcome &looser = front[n - 1], &tighter = front[n];
    const double share = std::log(looser.error / error) / std::log(looser.error / tighter.error);
    return looser.cost * std::pow(tighter.cost / looser.cost, share);
  }
  return NAN;
}

double log_slope(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = std::log(x[i]), b = std::log(y[i]);
    sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace attune::experiments::heat::work_precision
