// bench/roofs.hpp
//
// The two roofs of this machine, measured with the threads of this process:
//
//   peak        fused multiply-adds in registers, x <- a x + b, in chains that do not wait for each other: as
//               many as the latency times the throughput of the unit asks for, and more; 2 flops each
//   bandwidth   the triad a_n = b_n + s c_n on arrays that no cache holds, 24 bytes an entry; with stores
//               past the caches, and with plain ones, which read a before they write it
//
// Source   triad: STREAM [mccalpin1995]; roofs: [williams2009]
#pragma once

#include <string>

#include "core/core/views.hpp"

namespace attune::bench {

enum class Stores { streaming, plain };

class Roofs {
 public:
  explicit Roofs(double bytes_of_an_array);

  // [flop/s], in numbers of this precision ("float", "double" or "bfloat16": on matrix units). The best of three probes of some
  // milliseconds: a probe that was interrupted says nothing about the machine.
  double peak(const std::string& precision) const;

  // [byte/s], the best of two passes.
  double bandwidth(Stores stores = Stores::streaming) const;

 private:
  View1<double> a, b, c;
};

}  // namespace attune::bench
