// tests/training/layers/test_matmul.cpp
#include "training/layers/matmul.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"

using namespace attune;
using namespace attune::training;
using layers::Factor;
using test::random_array;
using test::values;

namespace {

// C = alpha op(A) op(B) + beta C by plain loops.
template <class Scalar>
std::vector<double> reference(const Factor<Scalar>& A, const Factor<Scalar>& B, const View2<Scalar>& C,
                              const layers::Scales& scales = {}) {
  const auto a = values(A.matrix), b = values(B.matrix);
  auto c = values(C);
  const Index M = A.rows(), N = B.columns(), K = A.columns();
  for (Index i = 0; i < M; ++i)
    for (Index j = 0; j < N; ++j) {
      Scalar sum = 0;
      for (Index k = 0; k < K; ++k)
        sum += static_cast<Scalar>(a[A.is_transposed ? k * M + i : i * K + k]) *
               static_cast<Scalar>(b[B.is_transposed ? j * K + k : k * N + j]);
      auto& entry = c[i * N + j];
      const Scalar before =
          scales.beta == 0 ? Scalar(0) : static_cast<Scalar>(scales.beta) * static_cast<Scalar>(entry);
      entry = static_cast<Scalar>(scales.alpha) * sum + before;
    }
  return c;
}

template <class Scalar> Factor<Scalar> factor(std::uint32_t seed, Index rows, Index columns, bool turned) {
  if (turned) return layers::transposed(random_array<View2<Scalar>>(seed, 1.0, columns, rows));
  return random_array<View2<Scalar>>(seed, 1.0, rows, columns);
}

struct Extents {
  Index M, N, K;
};
const std::vector<Extents> shapes{{1, 1, 1},  {2, 1, 1},   {1, 7, 3},    {5, 3, 0},
                                  {0, 3, 4},  {3, 0, 4},   {17, 5, 40},  {33, 1, 65},
                                  {64, 8, 9}, {65, 64, 3}, {130, 7, 31}, {7, 5, 3100}};

template <class Visit> void for_every_case(const Visit& visit) {
  for (const auto& e : shapes)
    for (const bool turn_A : {false, true})
      for (const bool turn_B : {false, true}) {
        INFO(e.M << " x " << e.N << " x " << e.K << " transposed " << turn_A << turn_B);
        visit(e, turn_A, turn_B);
      }
}

}  // namespace

TEST_CASE("matrix products are those of plain loops", "[layers]") {
  for_every_case([](const Extents& e, bool turn_A, bool turn_B) {
    const auto A = factor<double>(1, e.M, e.K, turn_A), B = factor<double>(2, e.K, e.N, turn_B);
    for (const auto& scales : {layers::Scales{}, layers::Scales{-0.5, 1}, layers::Scales{1, 0.25}}) {
      const auto C = random_array<View2<double>>(3, 1.0, e.M, e.N);
      const auto truth = reference(A, B, C, scales);
      layers::matmul(A, B, C, scales);
      CHECK(test::largest_difference(values(C), truth) <= 1e-14 * (1 + static_cast<double>(e.K)));
    }
  });
}

TEST_CASE("matrix products in float err at most twice as much as plain loops in float", "[layers]") {
  for_every_case([](const Extents& e, bool turn_A, bool turn_B) {
    const auto A = factor<float>(1, e.M, e.K, turn_A), B = factor<float>(2, e.K, e.N, turn_B);
    const View2<float> C("C", e.M, e.N);
    const auto exact = [](const Factor<float>& x) {
      return Factor<double>(test::converted<View2<double>>(x.matrix), x.is_transposed);
    };
    const auto truth = reference(exact(A), exact(B), View2<double>("C", e.M, e.N));
    const auto yardstick = reference(A, B, C);
    layers::matmul(A, B, C);
    const double floor = 4 * 1.2e-7 * test::largest(truth);
    CHECK(test::largest_difference(values(C), truth) <=
          2 * test::largest_difference(yardstick, truth) + floor);
  });
}

TEST_CASE("a row of a product does not depend on the rows beside it, bit for bit", "[layers]") {
  const auto check = []<class Scalar>(const Extents& e, Scalar) {
    const auto A = random_array<View2<Scalar>>(1, 1.0, e.M, e.K),
               B = random_array<View2<Scalar>>(2, 1.0, e.K, e.N);
    const View2<Scalar> C("C", e.M, e.N);
    layers::matmul(A, B, C);
    const auto all = values(C);
    for (const Index rows : {1, 2, 3, 5, 31, 32, 33, 63, 65, 100})
      for (const Index first : {Index(0), Index(1), Index(37), e.M - rows}) {
        if (first + rows > e.M) continue;
        const View2<Scalar> part("part", rows, e.N);
        layers::matmul(Kokkos::subview(A, std::pair<Index, Index>(first, first + rows), Kokkos::ALL), B,
                       part);
        const std::vector<double> same(all.begin() + first * e.N, all.begin() + (first + rows) * e.N);
        CHECK(values(part) == same);
      }
  };
  for (const Extents& e : {Extents{130, 1, 1},
                           {130, 1, 2},
                           {130, 2, 1},
                           {130, 1, 300},
                           {130, 3, 7},
                           {130, 17, 33},
                           {130, 24, 1500},
                           {130, 129, 65}}) {
    INFO(e.N << " " << e.K);
    check(e, 1.0F);
    check(e, 1.0);
  }
}

TEST_CASE("beta = 0 does not read what was in C", "[layers]") {
  for_every_case([](const Extents& e, bool turn_A, bool turn_B) {
    const auto A = factor<double>(1, e.M, e.K, turn_A), B = factor<double>(2, e.K, e.N, turn_B);
    const View2<double> C("C", e.M, e.N);
    Kokkos::deep_copy(C, NAN);
    layers::matmul(A, B, C, {.alpha = 2});
    for (const double c : values(C)) CHECK(std::isfinite(c));
  });
}

TEST_CASE("columns of a wider array are multiplied where they stand", "[layers]") {
  const auto wide = random_array<View2<double>>(1, 1.0, 70, 9), B = random_array<View2<double>>(2, 1.0, 4, 5);
  const View2<double> into("into", 70, 8), plain("plain", 70, 5), C("C", 70, 5);
  const View2<const double> A = Kokkos::subview(wide, Kokkos::ALL, std::pair<int, int>(3, 7));
  const View2<double> part = Kokkos::subview(into, Kokkos::ALL, std::pair<int, int>(2, 7)),
                      packed("packed", 70, 4);
  Kokkos::deep_copy(packed, A);
  layers::matmul(A, B, part);
  layers::matmul(packed, B, C);
  Kokkos::deep_copy(plain, part);
  CHECK(values(plain) == values(C));
  CHECK(test::largest(values(into)) == test::largest(values(C)));
}

TEST_CASE("factors that do not fit are a broken promise", "[layers]") {
  const View2<double> A("A", 2, 3), B("B", 4, 5), C("C", 2, 5);
  CHECK_THROWS_AS(layers::matmul(A, B, C), BrokenPromise);
  CHECK_THROWS_AS(layers::matmul(A, View2<double>("B", 3, 4), C), BrokenPromise);
  CHECK_NOTHROW(layers::matmul(A, View2<double>("B", 3, 5), C));
}
