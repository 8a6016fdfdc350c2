// core/core/communicator.hpp
//
// What an algorithm may ask of the other ranks, without knowing what carries it. core/domain fills the verbs
// with MPI; alone() serves one rank. Every verb is collective. There is no floating sum: sums across ranks go
// through core/core/sum.hpp, which adds integers.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>

namespace attune {

struct Communicator {
  int rank = 0;
  int size = 1;

  std::function<void(std::int64_t* values, std::size_t count)> add;  // in place, over ranks
  std::function<void(double* values, std::size_t count)> maximum;  // in place, over ranks
  std::function<void(void* bytes, std::size_t count, int root)> broadcast;  // from root to all
  std::function<void(const void* mine, std::size_t count, void* all)> gather;  // equal counts, rank order
  std::function<void(const void* give, void* take, std::size_t count)> shift;  // to rank+1, from rank-1

  // True on the one rank that prints.
  bool speaks() const { return rank == 0; }

  static Communicator alone() {
    Communicator self;
    self.add = [](std::int64_t*, std::size_t) {};
    self.maximum = [](double*, std::size_t) {};
    self.broadcast = [](void*, std::size_t, int) {};
    self.gather = [](const void* mine, std::size_t count, void* all) { std::memcpy(all, mine, count); };
    self.shift = [](const void* give, void* take, std::size_t count) { std::memmove(take, give, count); };
    return self;
  }
};

}  // namespace attune
