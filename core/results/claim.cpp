// core/results/claim.cpp
#include "core/results/claim.hpp"

#include <cmath>

namespace attune {

bool verdict(Kind kind, double value, double expected, double tolerance) {
  if (!std::isfinite(value)) return false;
  switch (kind) {
    case Kind::equal_abs:
      return std::abs(value - expected) <= tolerance;
    case Kind::equal_rel:
      return std::abs(value - expected) <= tolerance * std::abs(expected);
    case Kind::at_most:
      return value <= expected + tolerance;
    case Kind::at_least:
      return value >= expected - tolerance;
  }
  return false;
}

const char* word(Kind kind) {
  switch (kind) {
    case Kind::equal_abs:
      return "equal_abs";
    case Kind::equal_rel:
      return "equal_rel";
    case Kind::at_most:
      return "at_most";
    case Kind::at_least:
      return "at_least";
  }
  return "";
}

const char* word(Role role) {
  switch (role) {
    case Role::identity:
      return "identity";
    case Role::convergence:
      return "convergence";
    case Role::statistical:
      return "statistical";
    case Role::empirical:
      return "empirical";
  }
  return "";
}

const char* word(Scale scale) {
  switch (scale) {
    case Scale::smoke:
      return "smoke";
    case Scale::quick:
      return "quick";
    case Scale::paper:
      return "paper";
  }
  return "";
}

}  // namespace attune
