// training/progress.hpp
//
// What every method of descent shares: evaluate and refuse what is not finite, record, keep the best iterate,
// stop.
//
// Best     the lowest loss; losses that agree to 1e-12 relative count as equal, and the smaller gradient wins
// Errors   InputError(Exit::not_finite) names the iteration and the first tensor that is not finite
#pragma once

#include "training/history.hpp"
#include "training/options.hpp"
#include "training/parameters.hpp"
#include "training/point.hpp"

namespace attune::training {

class Progress {
 public:
  Progress(const FlatObjective& f, const FlatGuide& help, const std::vector<Slice>& tensors,
           const Options& choices)
      : options(choices), guide(help), objective(f), slices(tensors) {}

  const Options& options;
  const FlatGuide& guide;
  History history;
  Point best;
  int iteration = 0;  // of the iterate that is evaluated next

  // Fills loss and gradient at point.x; false if any of them is not finite.
  bool try_evaluate(Point& point);
  void evaluate(Point& point);  // throws instead
  [[noreturn]] void refuse(const Point& point) const;

  // Takes in the next iterate; false if it is the last.
  bool goes_on(const Point& iterate);
  void stop(const std::string& reason);

 private:
  const FlatObjective& objective;
  const std::vector<Slice>& slices;
  struct Record {
    int iteration;
    double loss, gradient_norm;
  };
  void keep_if_best(const Point& iterate);
  void append();
  bool early_stop();
  Record last{0, 0, 0}, milestone{0, 0, 0};
  double lowest_loss = 0;
};

}  // namespace attune::training
