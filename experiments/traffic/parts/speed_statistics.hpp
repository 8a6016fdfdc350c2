// experiments/traffic/parts/speed_statistics.hpp
//
// Mean, standard deviation and range of numbers over vehicles and time, absorbed record after record in one
// order.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace attune::experiments::traffic {

class Spread {
 public:
  void absorb(const std::vector<double>& numbers) {
    for (const double x : numbers) {
      if (count_ == 0) first_ = x;
      const double d = x - first_;  // from the first, so that squares do not cancel
      sum_ += d;
      squares_ += d * d;
      least_ = std::min(least_, x);
      most_ = std::max(most_, x);
      ++count_;
    }
  }
  double mean() const { return first_ + sum_ / count_; }
  double deviation() const {
    const double offset = sum_ / count_;
    return std::sqrt(std::max(0.0, squares_ / count_ - offset * offset));
  }
  double least() const { return least_; }
  double most() const { return most_; }

 private:
  double count_ = 0, first_ = 0, sum_ = 0, squares_ = 0;
  double least_ = std::numeric_limits<double>::infinity(), most_ = -std::numeric_limits<double>::infinity();
};

}  // namespace attune::experiments::traffic
