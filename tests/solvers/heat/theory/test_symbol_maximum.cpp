// tests/solvers/heat/theory/test_symbol_maximum.cpp
#include "solvers/heat/theory/symbol_maximum.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace attune;
using namespace attune::heat::theory;

TEST_CASE("FTCS past its limit amplifies the shortest wave by 4 D r - 1", "[heat][theory]") {
  for (const int D : {1, 2, 3}) {
    const SymbolMaximum top = largest_symbol(ftcs(D, 0.8 / D));
    CHECK(std::abs(top.size - 2.2) < 1e-14);
    for (int a = 3 - D; a < 3; ++a) CHECK(std::abs(std::abs(top.theta[a]) - std::numbers::pi) < 1e-6);
    CHECK(std::abs(largest_symbol(ftcs(D, 0.3 / D)).size - 1) < 1e-15);
  }
}

TEST_CASE("a peak between the points of the scan is found, of complex symbols too", "[heat][theory]") {
  // |a e^{i theta} + b e^{3 i theta}|^2 = a^2 + b^2 + 2 a b cos 2 theta; in the plane (1, -2) . theta = 0.7 +
  // 2 pi k
  const Stencil turned{{{0, 0, 1}, {0, 0, 3}}, {0.3, -0.9}};
  const SymbolMaximum top = largest_symbol(turned);
  CHECK(std::abs(top.size - 1.2) < 1e-15);
  CHECK(std::abs(top.theta[2] - std::numbers::pi / 2) < 1e-7);

  const double c = -0.3;  // 1 + 2 c cos theta + 2 d cos 2 theta is largest in size at cos theta = -c / (4 d)
  const double d = -0.4;
  const Stencil inner{{{0, 0, 0}, {0, 0, 1}, {0, 0, -1}, {0, 0, 2}, {0, 0, -2}}, {1, c, c, d, d}};
  const double cosine = -c / (4 * d);
  const double expected = 1 + 2 * c * cosine + 2 * d * (2 * cosine * cosine - 1);
  CHECK(std::abs(largest_symbol(inner).size - expected) < 1e-15);
  CHECK(std::abs(std::cos(largest_symbol(inner).theta[2]) - cosine) < 1e-7);
  CHECK(largest_symbol({{{0, 0, 0}}, {-0.5}}).size == 0.5);
}
