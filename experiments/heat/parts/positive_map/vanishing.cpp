// experiments/heat/parts/positive_map/vanishing.cpp
#include "experiments/heat/parts/positive_map/vanishing.hpp"

#include <cmath>
#include <numbers>

#include "core/core/require.hpp"

namespace attune::experiments::heat::positive_map {
namespace {

struct At {
  double x, misfit;  // x = log r
};

class Search {
 public:
  Search(const MeasuredMisfit& misfit, const Scan& scan) : misfit_(misfit), scan_(scan) {}
  At at(double x) const { return {x, misfit_(std::exp(x))}; }
  bool vanishes(const At& a) const { return a.misfit <= scan_.vanishes; }

  // The last x that vanishes on the way from one that does to one that does not.
  double edge(double inside, double outside) const {
    while (std::abs(outside - inside) > scan_.resolution) {
      const double middle = (inside + outside) / 2;
      (vanishes(at(middle)) ? inside : outside) = middle;
    }
    return inside;
  }

  // The least misfit between two that are larger than one in the middle; gives up where it levels off above 0.
  At least(At left, At right) const {
    constexpr double golden = std::numbers::phi - 1, level = 0.98;
    At low = at(right.x - golden * (right.x - left.x)), high = at(left.x + golden * (right.x - left.x));
    while (right.x - left.x > scan_.resolution / 4) {
      const At& best = low.misfit < high.misfit ? low : high;
      if (vanishes(best) || best.misfit > level * std::min(left.misfit, right.misfit)) return best;
      if (low.misfit < high.misfit) {
        right = high;
        high = low;
        low = at(right.x - golden * (right.x - left.x));
      } else {
        left = low;
        low = high;
        high = at(left.x + golden * (right.x - left.x));
      }
    }
    return low.misfit < high.misfit ? low : high;
  }

 private:
  const MeasuredMisfit& misfit_;
  const Scan& scan_;
};

}  // namespace

std::vector<double> scanned_times(const Scan& scan) {
  require(scan.points >= 3 && scan.from > 0 && scan.to > scan.from, "a scan of three times or more");
  std::vector<double> times;
  for (int n = 0; n < scan.points; ++n)
    times.push_back(scan.from * std::pow(scan.to / scan.from, static_cast<double>(n) / (scan.points - 1)));
  return times;
}

std::vector<Stretch> vanishing_stretches(const MeasuredMisfit& misfit, const Scan& scan) {
  const Search search(misfit, scan);
  std::vector<At> seen;
  for (const double r : scanned_times(scan)) seen.push_back({std::log(r), misfit(r)});
  const std::size_t count = seen.size();

  std::vector<Stretch> stretches;
  for (std::size_t n = 0; n < count; ++n) {
    if (search.vanishes(seen[n])) {
      std::size_t last = n;
      while (last + 1 < count && search.vanishes(seen[last + 1])) ++last;
      Stretch stretch{std::exp(seen[n].x), std::exp(seen[last].x), n > 0, last + 1 < count};
      if (stretch.from_is_edge) stretch.from = std::exp(search.edge(seen[n].x, seen[n - 1].x));
      if (stretch.to_is_edge) stretch.to = std::exp(search.edge(seen[last].x, seen[last + 1].x));
      stretches.push_back(stretch);
      n = last;
      continue;
    }
    const bool dips = n > 0 && n + 1 < count && seen[n].misfit <= seen[n - 1].misfit &&
                      seen[n].misfit <= seen[n + 1].misfit && !search.vanishes(seen[n + 1]) &&
                      !search.vanishes(seen[n - 1]);
    if (!dips) continue;
    const At lowest = search.least(seen[n - 1], seen[n + 1]);
    if (search.vanishes(lowest))
      stretches.push_back(
          {std::exp(search.edge(lowest.x, seen[n - 1].x)), std::exp(search.edge(lowest.x, seen[n + 1].x))});
  }
  return stretches;
}

}  // namespace attune::experiments::heat::positive_map
