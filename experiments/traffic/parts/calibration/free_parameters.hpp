// experiments/traffic/parts/calibration/free_parameters.hpp
//
// The parameters of a law that a fit may move, found by visiting its describe(), and a number z without bounds for
// each:
//
//   p > least            z = log(p - least)
//   least < p < most     z = log((p - least) / (most - p))
//   no bounds            z = p
//
// so that whatever z a fit tries, the law is one that a deck could have asked for.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/deck/describe.hpp"

namespace attune::experiments::traffic::calibration {

struct FreeParameter {
  std::string name, unit;
  double least, most;  // of its range
  double published;  // where fits begin
};

double to_free(const FreeParameter& parameter, double value);
double from_free(const FreeParameter& parameter, double z);

// Visitor of describe(): lists the real parameters that are not held.
struct FreeLister {
  const std::vector<std::string>& held;
  std::vector<FreeParameter> parameters;

  template <class Type, class... Limit>
  void operator()(const char* name, Type& value, const char* unit, const char*, const Limit&... limit) {
    if constexpr (std::is_same_v<Type, double>) {
      if (std::find(held.begin(), held.end(), name) != held.end()) return;
      Limits limits;
      (limits.set(limit), ...);
      parameters.push_back({name, unit, limits.range.least, limits.range.most, value});
    }
  }
};

// Visitor of describe(): gives them values, in the same order.
struct FreeSetter {
  const std::vector<FreeParameter>& parameters;
  const std::vector<double>& values;
  std::size_t next = 0;

  template <class Type, class... Limit>
  void operator()(const char* name, Type& value, const char*, const char*, const Limit&...) {
    if constexpr (std::is_same_v<Type, double>) {
      if (next == parameters.size() || parameters[next].name != name) return;
      value = values[next++];
    }
  }
};

}  // namespace attune::experiments::traffic::calibration
