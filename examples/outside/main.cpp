// examples/outside/main.cpp
//
// A bias of one's own, with its gradient, trained. Tokens i on a line attend to each other by position alone,
//   bias_ij = a cos(0.7 (i - j)) - b |i - j|        o_i = sum_j softmax_j(bias_ij) v_j
// and a student finds the a and b of a teacher from its outputs, by gradient descent on |o - o_teacher|^2 /
// 2.
#include <cmath>
#include <cstdio>

#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "core/core/random.hpp"

using namespace attune;
namespace dense = attune::attention::dense;

struct Ripple {
  View2<const double> table;  // (1, 2): a, b
  KOKKOS_FUNCTION double at(Index, Index, Index i, Index j) const {
    return table(0, 0) * Kokkos::cos(0.7 * double(i - j)) - table(0, 1) * Kokkos::abs(double(i - j));
  }
  Index rows() const { return 1; }  // shared by the heads
  Index entries() const { return 2; }
  template <class Visit> KOKKOS_FUNCTION void each(Index, Index, Index i, Index j, const Visit& visit) const {
    visit(0, Kokkos::cos(0.7 * double(i - j)));  // d at / d a
    visit(1, -Kokkos::abs(double(i - j)));  // d at / d b
  }
};

struct Draw {
  View4<double> v;
  KOKKOS_FUNCTION void operator()(Index n) const { v.data()[n] = Random{1, 0}.normal(n); }
};
struct Subtract {
  double *x, factor;
  const double* y;
  KOKKOS_FUNCTION void operator()(Index n) const { x[n] -= factor * y[n]; }
};

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const Kokkos::RangePolicy<Device> numbers(0, 60 * 16), parameters(0, 2);  // 60 tokens of 16 numbers
  const View4<double> none("q", 1, 1, 60, 0), v("v", 1, 1, 60, 16), o("o", 1, 1, 60, 16),
      d_o("d_o", 1, 1, 60, 16), truth("truth", 1, 1, 60, 16);
  const View3<double> lse("lse", 1, 1, 60);
  const View2<double> teacher("teacher", 1, 2), student("student", 1, 2), gradient("gradient", 1, 2);
  const dense::Inputs<double> in{none, none, v};
  Kokkos::parallel_for("draw", numbers, Draw{v});
  Kokkos::deep_copy(teacher, 0.5);  // a = b = 0.5; the student starts from 0
  dense::forward(in, Ripple{teacher}, attention::Full{}, dense::Outputs<double>{truth, lse});
  for (int step = 0; step < 2000; ++step) {
    dense::forward(in, Ripple{student}, attention::Full{}, dense::Outputs<double>{o, lse});
    Kokkos::deep_copy(d_o, o);
    Kokkos::parallel_for("d_o", numbers, Subtract{d_o.data(), 1, truth.data()});
    dense::backward(in, Ripple{student}, attention::Full{}, {o, lse, d_o}, {.d_table = gradient});
    Kokkos::parallel_for("step", parameters, Subtract{student.data(), 0.006, gradient.data()});
  }
  const auto found = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), student);
  std::printf("a = %.6f, b = %.6f\n", found(0, 0), found(0, 1));
  return std::abs(found(0, 0) - 0.5) + std::abs(found(0, 1) - 0.5) < 1e-5 ? 0 : 1;
}
