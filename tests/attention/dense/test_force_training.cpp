// tests/attention/dense/test_force_training.cpp
//
// A fit of forces in small: particles x (M, 3) with the energy
//
//   E(x) = sum_i w . o_i        o = attention(q = x A, k = x B, v = x C)      F = -dE/dx      L = |F - F0|^2
//
// whose gradient with respect to A, B, C, w and the bias needs the backward of backward. With g = dL/d(dE/dx)
// = -2 (F - F0) and dE/dx = d_q A^T + d_k B^T + d_v C^T:
//
//   u_q = g A, u_k = g B, u_v = g C        dL/dA = g^T d_q + x^T d_q', and alike      dL/dw = sum_i d_d_o_i
#include <catch2/catch_test_macros.hpp>

#include "attention/dense/backward.hpp"
#include "attention/dense/double_backward_kernels.hpp"
#include "attention/dense/forward.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::attention;
using test::random_array;

namespace {

constexpr Index particles = 5, width = 3;
using Matrix = View4<double>;  // (1, 1, rows, columns)

Matrix matrix(Index rows, Index columns) {
  return Matrix("matrix", 1, 1, static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
}
Index rows(const Matrix& a) { return static_cast<Index>(a.extent(2)); }
Index columns(const Matrix& a) { return static_cast<Index>(a.extent(3)); }

Matrix transposed(const Matrix& a) {
  const auto from = test::values(a);
  std::vector<double> to(from.size());
  for (Index i = 0; i < rows(a); ++i)
    for (Index j = 0; j < columns(a); ++j) to[j * rows(a) + i] = from[i * columns(a) + j];
  const auto result = matrix(columns(a), rows(a));
  test::assign(result, to);
  return result;
}

Matrix operator*(const Matrix& a, const Matrix& b) {
  const auto x = test::values(a), y = test::values(b);
  std::vector<double> product(rows(a) * columns(b), 0);
  for (Index i = 0; i < rows(a); ++i)
    for (Index j = 0; j < columns(b); ++j)
      for (Index m = 0; m < columns(a); ++m)
        product[i * columns(b) + j] += x[i * columns(a) + m] * y[m * columns(b) + j];
  const auto result = matrix(rows(a), columns(b));
  test::assign(result, product);
  return result;
}

// a + factor b
Matrix added(const Matrix& a, const Matrix& b, double factor = 1) {
  auto x = test::values(a);
  const auto y = test::values(b);
  for (std::size_t n = 0; n < x.size(); ++n) x[n] += factor * y[n];
  const auto result = matrix(rows(a), columns(a));
  test::assign(result, x);
  return result;
}

struct Model {
  Matrix a = random_array<Matrix>(1, 0.6, 1, 1, 3, width), b = random_array<Matrix>(2, 0.6, 1, 1, 3, width),
         c = random_array<Matrix>(3, 0.6, 1, 1, 3, 2), readout = random_array<Matrix>(4, 1, 1, 1, 1, 2),
         numbers = random_array<Matrix>(5, 0.5, 1, 1, particles, particles);
};

// What the first backward leaves: dE/dx, and what the second needs.
struct Forces {
  dense::Inputs<double> in;
  dense::Upstream<double> up;
  Matrix d_q = matrix(particles, width), d_k = matrix(particles, width), d_v = matrix(particles, 2), d_x;
};

Forces forces(const Model& m, const Matrix& x) {
  Forces f;
  f.in = {.q = x * m.a, .k = x * m.b, .v = x * m.c};
  const Matrix o = matrix(particles, 2), ones = matrix(particles, 1);
  Kokkos::deep_copy(ones, 1.0);
  const View3<double> lse("lse", 1, 1, particles);
  f.up = {.o = o, .lse = lse, .d_o = ones * m.readout};
  const bias::Tensor<double> bias(m.numbers);
  dense::forward(f.in, bias, Full{}, dense::Outputs<double>{o, lse});
  dense::backward(f.in, bias, Full{}, f.up,
                  dense::Gradients<double>{.d_q = f.d_q, .d_k = f.d_k, .d_v = f.d_v});
  f.d_x = added(added(f.d_q * transposed(m.a), f.d_k * transposed(m.b)), f.d_v * transposed(m.c));
  return f;
}

}  // namespace

TEST_CASE("dense attention: a loss of forces has its gradient from double_backward", "[attention][dense]") {
  const Model m;
  const auto x = random_array<Matrix>(6, 1, 1, 1, particles, 3);
  const auto target = random_array<Matrix>(7, 1, 1, 1, particles, 3);  // of dE/dx = -F
  const auto loss = [&] {
    const auto error = added(forces(m, x).d_x, target, -1);
    return test::inner_product(error, error);
  };

  const auto f = forces(m, x);
  const auto error = added(f.d_x, target, -1), g = added(error, error);
  const dense::DoubleGradients<double> second{matrix(particles, width), matrix(particles, width),
                                              matrix(particles, 2), matrix(particles, 2),
                                              matrix(particles, particles)};
  dense::double_backward(
      f.in, bias::Tensor<double>(m.numbers), Full{},
      dense::DoubleUpstream<double>{.first = f.up, .u_q = g * m.a, .u_k = g * m.b, .u_v = g * m.c}, second);
  const auto weight = [&](const Matrix& first, const Matrix& of_input) {
    return added(transposed(g) * first, transposed(x) * of_input);
  };
  const Matrix ones = matrix(1, particles);
  Kokkos::deep_copy(ones, 1.0);
  test::check_gradient({test::variable("A", m.a, weight(f.d_q, second.d_q)),
                        test::variable("B", m.b, weight(f.d_k, second.d_k)),
                        test::variable("C", m.c, weight(f.d_v, second.d_v)),
                        test::variable("w", m.readout, ones * second.d_d_o),
                        test::variable("bias", m.numbers, second.d_pairs)},
                       loss);
}
