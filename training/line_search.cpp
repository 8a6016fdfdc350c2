// training/line_search.cpp
#include "training/line_search.hpp"

namespace attune::training {
namespace {

constexpr double delta = 1e-4, sigma = 0.9;  // [nocedal2006, section 3.1], for quasi-Newton directions
constexpr double least_growth = 2, most_growth = 5;  // of the step, while the slope is still steep
constexpr double slow_shrinkage = 0.66;  // [hager2005, gamma]: a slower secant is followed by bisection
constexpr int most_trials = 40;

struct Trial {
  double step = 0, loss = 0, slope = 0;
  bool finite = true;
};

struct Conditions {
  Trial start;
  double slack;

  bool decreases(const Trial& t) const {
    if (!t.finite) return false;
    if (t.loss <= start.loss + delta * t.step * start.slope) return true;
    return slack > 0 && t.loss <= start.loss + slack && t.slope <= (2 * delta - 1) * start.slope;
  }
  bool hold(const Trial& t) const { return decreases(t) && std::abs(t.slope) <= -sigma * start.slope; }
};

Trial try_step(const Line& line, double step, Progress& progress, Point& end) {
  end.x.resize(line.start.x.size());
  for (std::size_t i = 0; i < end.x.size(); ++i) end.x[i] = line.start.x[i] + step * line.direction[i];
  const bool finite = progress.try_evaluate(end);
  return {step, end.loss, dot(end.gradient, line.direction), finite};
}

// Where the straight line through two slopes vanishes.
double secant(const Trial& a, const Trial& b) {
  return a.step - a.slope * (b.step - a.step) / (b.slope - a.slope);
}

double grown(const Trial& before, const Trial& now) {
  const double least = least_growth * now.step, most = most_growth * now.step;
  return now.slope > before.slope ? std::clamp(secant(before, now), least, most) : most;
}

// Inside the bracket, or one of its ends when doubles leave nothing between them.
double inner_step(const Trial& low, const Trial& high, bool bisect) {
  const double middle = low.step + 0.5 * (high.step - low.step);
  if (bisect || !high.finite || !(high.slope > 0)) return middle;
  const double step = secant(low, high);
  return step > low.step && step < high.step ? step : middle;
}

}  // namespace

bool line_search(const Line& line, Progress& progress, Point& end) {
  const Conditions conditions{{0, line.start.loss, dot(line.start.gradient, line.direction)}, line.slack};
  Trial low = conditions.start, high, now;
  bool bracketed = false, bisect = false, any_finite = false;
  double step = line.first_step;
  for (int trial = 0; trial < most_trials; ++trial) {
    now = try_step(line, step, progress, end);
    if (conditions.hold(now)) return true;
    any_finite = any_finite || now.finite;

    const double width = high.step - low.step;
    const bool too_long = !conditions.decreases(now) || now.slope >= 0;
    const Trial before = low;
    (too_long ? high : low) = now;
    if (too_long || bracketed) {
      bisect = bracketed && high.step - low.step > slow_shrinkage * width;
      bracketed = true;
      step = inner_step(low, high, bisect);
      if (step <= low.step || step >= high.step) break;
    } else {
      step = grown(before, now);
    }
  }
  if (!any_finite) progress.refuse(end);
  if (low.step == 0) return false;
  if (now.step != low.step) try_step(line, low.step, progress, end);
  return true;
}

}  // namespace attune::training
