// bench/case.hpp
//
// A case of the benchmark: one operator on one shape in one precision. What it must reach stands beside it.
//
// A bar is a statement that a run can miss without anything being wrong: speeds depend on the machine. The
// check against the reference is different: a kernel that fails it is wrong.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bench/compared.hpp"
#include "core/core/measure.hpp"
#include "core/core/views.hpp"

namespace attune::bench {

// What bounds a kernel: a fraction of the peak of multiply-adds, or of the bandwidth of the streaming triad.
enum class Roof { arithmetic, bandwidth };

struct Bars {
  double fraction = 0;  // of the roof, at least; 0: no bar
  double rate = 0;  // [flop/s] at least, on the device that a bar was set for; 0: no bar
  std::string against = "";  // another case, of the same family
  double slower = 0;  // time over that of the other case, at most 1 + slower
  double peer = 0;  // seconds of the peer over ours, at least; 0: no bar
  bool scales = false;  // two threads do at least 1.85 times the work of one
};

// What the peer needs to do the same: an operation it knows, and its extents and words.
struct Peer {
  std::string operation = "";  // empty: no peer
  std::vector<std::pair<std::string, std::string>> settings = {};
};

// A case with its arrays in place. The body does the work once; the check looks at what it left.
struct Prepared {
  std::function<void()> body;
  std::function<Compared()> check;
};

struct Case {
  std::string name;  // the same in every precision
  std::string precision;  // "float", "double" or "bfloat16"
  std::string what;  // a few words
  Cost cost;
  Roof roof = Roof::arithmetic;
  Bars bars;
  Peer peer;
  std::function<Prepared()> prepare;
};

// Cases that are timed in turn and share nothing with other families; `name` is the first word of theirs.
struct Family {
  std::string name;
  std::vector<Case> cases;
};

template <class Scalar> const char* precision_of() {
  return sizeof(Scalar) == 2 ? "bfloat16" : sizeof(Scalar) == 4 ? "float" : "double";
}

inline Cost operator*(double factor, const Cost& cost) { return {factor * cost.flops, factor * cost.bytes}; }

}  // namespace attune::bench
