// tests/attention/bias/test_spectral.cpp
#include "attention/bias/spectral.hpp"

#include "tests/attention/bias/grids.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using bias::Decay;
using test::Learned;

namespace {

constexpr Kokkos::Array<double, 3> spacing{0.5, 1.25, 0.8};

// (C, alpha_1 ..) of every head; alpha in 0.4 .. 1.6.
View2<double> random_parameters(Index rows, Index axes) {
  const View2<double> table("parameters", rows, 1 + axes);
  std::vector<double> numbers(table.size());
  for (std::size_t n = 0; n < numbers.size(); ++n)
    numbers[n] = n % (1 + axes) == 0 ? Random{3, 1}.normal(n) : 0.4 + 1.2 * Random{3, 1}.uniform(n);
  test::assign(table, numbers);
  return table;
}

// exp(-alpha |x + m L|) / (2 alpha) and its derivative, added over the images; the farthest first, as they
// are smallest.
struct Images {
  double value = 0, slope = 0;
  Images(double alpha, double x, double length, int images) {
    for (int m = images; m >= 0; --m)
      for (int side = m == 0 ? 1 : -1; side <= 1; side += 2) {
        const double far = std::abs(x + side * m * length), term = std::exp(-alpha * far) / (2 * alpha);
        value += term;
        slope += term * (-1 / alpha - far);
      }
  }
};

struct Make {
  test::Grid grid;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return bias::Spectral<Scalar>(table, grid, spacing);
  }
};

}  // namespace

TEST_CASE("spectral bias: a product of exponentials, over all images along periodic axes",
          "[attention][bias]") {
  for (const auto& grid : test::grids())
    for (const Index axes : {1, 2, 3})
      for (const Index rows : {1, 2}) {
        const auto parameters = random_parameters(rows, axes);
        const test::HostTable host(parameters);
        test::check_values(Make{grid}(View2<const double>(parameters), View4<const double>()),
                           test::shape_on(grid, 1, 2), [&](Index, Index h, Index i, Index j) {
                             const auto d = test::difference_by_search(grid, i, j);
                             double product = host(h, 0);
                             for (int a = static_cast<int>(3 - axes); a < 3; ++a) {
                               const double x = static_cast<double>(d[a]) * spacing[a];
                               const double length = static_cast<double>(grid.keys[a]) * spacing[a];
                               const int images = grid.periodic[a] ? 200 : 0;
                               product *= Images(host(h, a - 2 + axes), x, length, images).value;
                             }
                             return product;
                           });
      }
}

TEST_CASE("spectral bias: the closed form of a ring is the sum over its images, derivative included",
          "[attention][bias]") {
  for (const double alpha : {0.2, 1.0, 3.0, 40.0})
    for (const double length : {0.7, 4.0, 5.0})
      for (const double part : {0.0, 0.2, 0.5}) {
        const double x = part * length;
        const Images truth(alpha, x, length, 300);
        const auto ring = Decay<double>::periodic(alpha, x, length);
        CHECK(std::abs(ring.value - truth.value) <= 1e-14 * truth.value);
        const double slope = ring.value * ring.slope_of_log;
        CHECK(std::abs(slope - truth.slope) <= 4e-14 * std::abs(truth.slope));
        CHECK(std::abs(ring.value - std::cosh(alpha * (length / 2 - x)) /
                                        (2 * alpha * std::sinh(alpha * length / 2))) <= 1e-14 * truth.value);
      }
}

TEST_CASE("spectral bias: a ring of many decay lengths is open, one of few is flat, and neither overflows",
          "[attention][bias]") {
  const auto steep = Decay<double>::periodic(1e3, 2.0, 10.0), open = Decay<double>::open(1e3, 2.0);
  CHECK(steep.value == open.value);
  CHECK(steep.slope_of_log == open.slope_of_log);
  const auto flat = Decay<double>::periodic(1e-7, 2.0, 10.0);
  CHECK(std::abs(flat.value * 1e-14 * 10 - 1) < 1e-12);  // 1 / (alpha^2 L)
  CHECK(std::abs(flat.slope_of_log * 1e-7 / -2 - 1) < 1e-12);  // -2 / alpha
  const auto in_float = Decay<float>::periodic(1e4f, 2.0f, 10.0f);
  CHECK((in_float.value == 0 && std::isfinite(in_float.slope_of_log)));
}

TEST_CASE("spectral bias: it is the inverse Fourier transform of the density, with 1 / (2 pi) an axis",
          "[attention][bias]") {
  // On a ring the transform is a sum over k = 2 pi m / L with 1 / L before it; cut at m, its tail is below
  // L / (2 pi^2 m).
  constexpr double alpha = 0.9, length = 3.0, pi = Kokkos::numbers::pi_v<double>;
  constexpr int most = 200000;
  for (const double x : {0.0, 0.4, 1.5}) {
    double sum = 0;
    for (int m = most; m > 0; --m) {
      const double k = 2 * pi * m / length;
      sum += 2 * std::cos(k * x) / (k * k + alpha * alpha);
    }
    sum = (sum + 1 / (alpha * alpha)) / length;
    CHECK(std::abs(sum - Decay<double>::periodic(alpha, x, length).value) < length / (2 * pi * pi * most));
  }
}

TEST_CASE("spectral bias: gradients of parameters shared by the heads, and of parameters for each",
          "[attention][bias]") {
  for (const auto& grid : test::grids())
    for (const Index axes : {1, 2, 3})
      for (const Index rows : {1, 2})
        test::check_gradients(Make{grid}, Learned<double>{random_parameters(rows, axes), {}},
                              test::shape_on(grid, 2, 2), Full{});
  const test::Grid ring({1, 3, 4}, {1, 3, 4}, {false, true, false});
  test::check_gradients(Make{ring}, Learned<double>{random_parameters(2, 2), {}}, {2, 2, 12, 12}, Causal{});
}

TEST_CASE("spectral bias: parameters without an alpha and spacings that are not positive are refused",
          "[attention][bias]") {
  const test::Grid line({1, 1, 4}, {1, 1, 4});
  CHECK_THROWS_AS(bias::Spectral<double>(test::random_table(1, 1), line), BrokenPromise);
  CHECK_THROWS_AS(bias::Spectral<double>(test::random_table(1, 2), line, {1, 1, 0}), BrokenPromise);
}
