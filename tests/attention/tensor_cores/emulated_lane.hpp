// tests/attention/tensor_cores/emulated_lane.hpp
//
// A thread of the emulated machine: a fiber, what it waits for, the copies that it has begun, and what it brings to
// and takes from an operation of its warp.
#pragma once

#include <ucontext.h>

#include <vector>

namespace attune::test::emulated {

struct Meeting {
  int arrived = 0;
  long round = 0;
  const char* what = nullptr;
};

struct Copy {
  void* to;
  const void* from;
  int bytes;
};

struct Lane {
  ucontext_t context;
  std::vector<char> stack;
  Meeting* waits_for = nullptr;
  long round = 0;
  bool done = false;
  std::vector<std::vector<Copy>> groups{
      1};  // copies of each commit that nobody has waited for; the last is open
  const void* given = nullptr;  // what this lane brings to a meeting
  void* taken = nullptr;  // where it takes what it gets
};

}  // namespace attune::test::emulated
