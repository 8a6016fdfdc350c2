// core/results/claim.hpp
//
// A statement that a run can refute: a measured value, what theory expects, and how far apart they may be.
#pragma once

#include <string>

namespace attune {

// How value and expected are compared. The tolerance is relative for equal_rel, a slack for the bounds.
enum class Kind { equal_abs, equal_rel, at_most, at_least };

// What a claim rests on; design.md says which may be red.
enum class Role { identity, convergence, statistical, empirical };

enum class Scale { smoke, quick, paper };

struct Claim {
  std::string id;  // letters, digits, '_': the name under /claims
  std::string statement;  // one sentence
  double value = 0;  // what this run measured
  Kind kind = Kind::equal_abs;
  double expected = 0;  // from theory, by code that shares nothing with what it judges
  double tolerance = 0;
  std::string unit;
  std::string source;  // where the theory stands
  Role role = Role::empirical;
  Scale min_scale = Scale::smoke;  // below it the claim is not evaluated
  std::string absent = "";  // a reason, if a peer or a data set is missing: not evaluated
};

// How the claims of a run came out; those that count are all but the empirical ones.
struct Tally {
  int hold = 0, red = 0, not_evaluated = 0;
  int counting_red = 0;
};

// Does the comparison hold? A value that is not finite never holds.
bool verdict(Kind kind, double value, double expected, double tolerance);

// The words that stand in files.
const char* word(Kind kind);
const char* word(Role role);
const char* word(Scale scale);

}  // namespace attune
