// training/progress.cpp
#include "training/progress.hpp"

#include "training/finite.hpp"

namespace attune::training {
namespace {

constexpr double equal_losses = 1e-12;  // relative; a loss is a sum of many rounded terms

}  // namespace

bool Progress::try_evaluate(Point& point) {
  point.gradient.assign(point.x.size(), 0.0);
  point.loss = objective(point.x, point.gradient);
  ++history.evaluations;
  require(point.gradient.size() == point.x.size(), "a gradient of the shape of the weights");
  return std::isfinite(point.loss) && all_finite(point.gradient);
}

void Progress::evaluate(Point& point) {
  if (!try_evaluate(point)) refuse(point);
}

void Progress::refuse(const Point& point) const {
  refuse_not_finite(
      "training with " + options.method + " is not finite at iteration " + std::to_string(iteration), point,
      slices);
}

bool Progress::goes_on(const Point& iterate) {
  last = {iteration, iterate.loss, norm(iterate.gradient)};
  keep_if_best(iterate);
  if (iteration % options.record_every == 0) append();

  if (last.gradient_norm <= options.gradient_tolerance) return stop("gradient_tolerance"), false;
  if (std::abs(last.loss) <= options.loss_tolerance) return stop("loss_tolerance"), false;
  if (early_stop()) return stop("relative_decrease"), false;
  if (iteration == options.iterations) return stop("iterations"), false;
  ++iteration;
  return true;
}

void Progress::stop(const std::string& reason) {
  if (history.iteration.empty() || history.iteration.back() != last.iteration) append();
  history.stopped_because = reason;
}

void Progress::keep_if_best(const Point& iterate) {
  const bool first = iteration == 0;
  const double tie = equal_losses * std::abs(lowest_loss);
  const bool lower = iterate.loss < history.best_loss - tie;
  const bool equal = iterate.loss <= lowest_loss + tie && last.gradient_norm < history.best_gradient_norm;
  if (first || iterate.loss < lowest_loss) lowest_loss = iterate.loss;
  if (!first && !lower && !equal) return;
  best = iterate;
  history.best_iteration = iteration;
  history.best_evaluation = history.evaluations;
  history.best_loss = iterate.loss;
  history.best_gradient_norm = last.gradient_norm;
}

void Progress::append() {
  history.iteration.push_back(last.iteration);
  history.loss.push_back(last.loss);
  history.gradient_norm.push_back(last.gradient_norm);
}

bool Progress::early_stop() {
  if (options.patience == 0) return false;
  if (iteration == 0 || last.loss < milestone.loss - options.relative_decrease * std::abs(milestone.loss))
    milestone = last;
  return last.iteration - milestone.iteration >= options.patience;
}

}  // namespace attune::training
