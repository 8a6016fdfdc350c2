// experiments/heat/parts/positive_map/order_edges.cpp
#include "experiments/heat/parts/positive_map/order_edges.hpp"

#include <cmath>
#include <map>

#include "experiments/heat/parts/positive_map/dealt.hpp"
#include "solvers/heat/theory/nonnegative_diffusion.hpp"

namespace attune::experiments::heat::positive_map {

namespace theory = attune::heat::theory;

namespace {

std::vector<double> answer(const EdgeTask& task, const EdgePlan& plan) {
  const auto& [dimensions, reach] = task.window;
  const Scan scan = plan.scan(reach);
  const auto times = scanned_times(scan);
  std::map<double, double> seen;
  const MeasuredMisfit misfit = [&](double r) {
    const auto samples = heat_polynomials(task.window.dimensions, task.order, r);
    return seen[r] = school(task.window, samples, {r, plan.training}).misfit;
  };
  const auto stretches = vanishing_stretches(misfit, scan);

  std::vector<double> numbers;
  for (const double r : times) numbers.push_back(seen.at(r));
  for (const double r : times)
    numbers.push_back(least_misfit(task.window, heat_polynomials(dimensions, task.order, r)));
  const bool any = !stretches.empty();
  numbers.push_back(static_cast<double>(stretches.size()));
  numbers.push_back(any && stretches.front().from_is_edge ? stretches.front().from : NAN);
  numbers.push_back(any && stretches.front().to_is_edge ? stretches.front().to : NAN);
  return numbers;
}

// For weights c >= 0 with misfits m of the powers, y.m = sum_o c_o q(o) - y.b >= -y.b, so |m| >= -y.b / |y|. Weights
// that are even along each axis have no misfit in odd powers.
double certified_bound(const EdgeTask& task) {
  const auto& [dimensions, reach] = task.window;
  const Triple far{dimensions > 2 ? reach : 0, dimensions > 1 ? reach : 0, reach};
  theory::PerAxis unit{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) unit[a] = 1;
  const auto found =
      theory::nonnegative_diffusion(theory::box_offsets(far), theory::diagonal_tensor(unit), task.order);
  if (found.exist) return 0;
  double against = 0, square = 0;
  for (std::size_t i = 0; i < found.powers.size(); ++i) {
    const auto& [z, y, x] = found.powers[i];
    if (z % 2 != 0 || y % 2 != 0 || x % 2 != 0) continue;
    square += found.certificate[i] * found.certificate[i];
    if (z + y + x == 2) against -= found.certificate[i] * 2 / static_cast<double>(reach * reach);
  }
  return against / std::sqrt(square);
}

}  // namespace

std::vector<OrderEdges> trained_edges(const std::vector<EdgeTask>& tasks, const EdgePlan& plan,
                                      const Communicator& ranks, const std::function<void()>& done) {
  const auto points = static_cast<std::size_t>(plan.points);
  const auto answers = dealt(tasks.size(), 2 * points + 3, ranks, [&](std::size_t n) {
    const auto numbers = answer(tasks[n], plan);
    done();
    return numbers;
  });
  std::vector<OrderEdges> edges;
  for (const auto& numbers : answers) {
    const auto least = numbers.begin() + static_cast<std::ptrdiff_t>(points);
    const auto rest = least + static_cast<std::ptrdiff_t>(points);
    edges.push_back({{numbers.begin(), least}, {least, rest}, rest[0], rest[1], rest[2]});
  }
  return edges;
}

RateMisfit rate_misfit(const EdgeTask& task, double r, const training::Options& training) {
  const auto samples = rate_polynomials(task.window.dimensions, task.order, task.window.reach, r);
  return {school(task.window, samples, {r, training, std::log(r)}).misfit, least_misfit(task.window, samples),
          certified_bound(task)};
}

}  // namespace attune::experiments::heat::positive_map
