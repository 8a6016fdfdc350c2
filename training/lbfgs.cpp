// training/lbfgs.cpp
#include "training/lbfgs.hpp"

#include <algorithm>
#include <deque>
#include <limits>

#include "training/line_search.hpp"

namespace attune::training {
namespace {

constexpr double switch_at = 1e-3;  // [hager2005, omega]
constexpr double loss_slack = 1e-6;  // [hager2005, epsilon]
constexpr int most_idle_evaluations = 250;

struct Pair {
  Vector s, y;
  double s_dot_y;
};
using Pairs = std::deque<Pair>;  // newest last

// y . D^-1 y; D is the identity where there is no curvature.
double scaled_square(const Vector& y, const Vector& curvature) {
  if (curvature.empty()) return dot(y, y);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * y[i] / curvature[i];
  return sum;
}

Vector descent_direction(const Pairs& pairs, const Vector& gradient, const Vector& curvature) {
  Vector q = gradient;
  const auto add = [&](double factor, const Vector& a) {
    for (std::size_t i = 0; i < q.size(); ++i) q[i] += factor * a[i];
  };
  std::vector<double> alpha(pairs.size());
  for (std::size_t k = pairs.size(); k-- > 0;) {
    alpha[k] = dot(pairs[k].s, q) / pairs[k].s_dot_y;
    add(-alpha[k], pairs[k].y);
  }
  const double gamma = pairs.empty() ? 1 : pairs.back().s_dot_y / scaled_square(pairs.back().y, curvature);
  for (std::size_t i = 0; i < q.size(); ++i) q[i] *= curvature.empty() ? gamma : gamma / curvature[i];
  for (std::size_t k = 0; k < pairs.size(); ++k)
    add(alpha[k] - dot(pairs[k].y, q) / pairs[k].s_dot_y, pairs[k].s);
  for (auto& entry : q) entry = -entry;
  return q;
}

// Keeps the pair of two iterates if the curvature between them is positive beyond round-off.
void remember(Pairs& pairs, const Point& from, const Point& to, int memory) {
  Pair pair{to.x, to.gradient, 0};
  for (std::size_t i = 0; i < to.x.size(); ++i) {
    pair.s[i] -= from.x[i];
    pair.y[i] -= from.gradient[i];
  }
  pair.s_dot_y = dot(pair.s, pair.y);
  const double round_off = std::numeric_limits<double>::epsilon() * norm(pair.s) * norm(pair.y);
  if (!(pair.s_dot_y > round_off)) return;
  pairs.push_back(std::move(pair));
  if (static_cast<int>(pairs.size()) > memory) pairs.pop_front();
}

}  // namespace

void lbfgs(Point point, Progress& progress) {
  Pairs pairs;
  Point next;
  double slack_factor = 0;
  progress.evaluate(point);
  while (progress.goes_on(point)) {
    const auto& history = progress.history;
    if (history.evaluations - history.best_evaluation > most_idle_evaluations)
      return progress.stop("no_decrease");
    const Vector curvature = progress.guide.curvature ? progress.guide.curvature(point.x) : Vector{};
    for (;;) {
      auto direction = descent_direction(pairs, point.gradient, curvature);
      if (progress.guide.admissible) progress.guide.admissible(point.x, direction);
      const bool unscaled = pairs.empty() && curvature.empty();
      const double first_step = unscaled ? std::min(1.0, 1 / norm(point.gradient)) : 1.0;
      const bool down = dot(direction, point.gradient) < 0;
      const double slack = slack_factor * std::abs(point.loss);
      if (down && line_search({point, direction, first_step, slack}, progress, next)) break;
      if (pairs.empty() && slack_factor > 0) return progress.stop("no_decrease");
      if (slack_factor > 0) pairs.clear();
      slack_factor = loss_slack;
    }
    if (std::abs(point.loss - next.loss) <= switch_at * std::abs(next.loss)) slack_factor = loss_slack;
    remember(pairs, point, next, progress.options.memory);
    std::swap(point, next);
  }
}

}  // namespace attune::training
