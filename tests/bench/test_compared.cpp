// tests/bench/test_compared.cpp
//
// The benchmark's check notices a kernel that is wrong, and its rows of the definition are the reference's.
#include <catch2/catch_test_macros.hpp>

#include "attention/dense/reference_backward.hpp"
#include "bench/arrays.hpp"
#include "bench/sampled.hpp"

namespace {

using namespace attune;
using namespace attune::bench;
namespace dense = attune::attention::dense;

// One batch and head without a bias: key and query i have row i.
struct Problem {
  static constexpr Index n = 33, d = 5;
  View4<double> q = random_array<View4<double>>(1, 1, 1, n, d),
                k = random_array<View4<double>>(2, 1, 1, n, d),
                v = random_array<View4<double>>(3, 1, 1, n, d),
                d_o = random_array<View4<double>>(4, 1, 1, n, d);
  View4<double> o = shaped_as(q), d_q = shaped_as(q), d_k = shaped_as(q), d_v = shaped_as(q);
  View3<double> lse{"lse", 1, 1, n};

  Problem() {
    const attention::bias::None<double> none;
    dense::reference::forward<double>({q, k, v}, none, attention::Full{}, {o, lse});
    dense::reference::backward<double>({q, k, v}, none, attention::Full{}, {o, lse, d_o}, {d_q, d_k, d_v});
  }
  Attention<double> rows() const {
    const auto all = [](Index) {
      std::vector<Link<double>> links;
      for (Index j = 0; j < n; ++j) links.push_back({j, 0});
      return links;
    };
    return {q.data(), k.data(), v.data(), d, d, all, all};
  }
  Compared compare() const {
    const Saved<double> saved{o.data(), lse.data(), d_o.data()};
    const auto some = sample(n, 16, 1);
    Compared compared;
    compare_outputs(rows(), saved, some, compared);
    compare_gradients(rows(), saved, {d_q.data(), d_k.data(), d_v.data()}, {some, some}, compared);
    return compared;
  }
};

}  // namespace

TEST_CASE("the reference of dense attention passes the benchmark's check", "[bench]") {
  if constexpr (on_host) {
    const auto compared = Problem().compare();
    CHECK(compared.excess <= 1);
    CHECK(compared.error < 1e-15);
  }
}

TEST_CASE("one wrong number of any output fails the benchmark's check", "[bench]") {
  if constexpr (on_host)
    for (const int which : {0, 1, 2, 3}) {
      const Problem problem;
      const View4<double> arrays[] = {problem.o, problem.d_q, problem.d_k, problem.d_v};
      arrays[which](0, 0, 0, 2) *= 1 + 1e-12;
      CHECK(problem.compare().excess > 1);
    }
}

TEST_CASE("a number that is none fails the benchmark's check", "[bench]") {
  Entries<float> entries;
  entries.absorb(1.0f, 1.0f, 1.0);
  entries.absorb(std::nanf(""), 1.0f, 1.0);
  Compared compared;
  entries.put_into(compared);
  CHECK_FALSE(compared.excess <= 1);
}

TEST_CASE("the rows that are looked at are in the array, the first and the last among them", "[bench]") {
  for (const Index count : {0, 1, 2, 3, 1000}) {
    const auto rows = sample(count, 10, 1);
    for (const Index row : rows) CHECK((row >= 0 && row < count));
    if (count > 0) CHECK((rows[0] == 0 && rows[1] == count - 1));
  }
}
