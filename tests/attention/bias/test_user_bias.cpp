// tests/attention/bias/test_user_bias.cpp
//
// A bias that Attune does not ship needs at, and for its gradient rows, entries and each: nothing else.
#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using test::Learned;

namespace {

// A wave along the tokens, with amplitude A and wave number k:  at = A cos(k (j - i)).
template <class Scalar> struct Wave {
  View2<const Scalar> table;  // (A, k) (H|1, 2)

  KOKKOS_FUNCTION Scalar parameter(Index h, Index entry) const {
    return table(table.extent(0) == 1 ? 0 : h, entry);
  }
  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const {
    return parameter(h, 0) * Kokkos::cos(parameter(h, 1) * static_cast<Scalar>(j - i));
  }
  Index rows() const { return static_cast<Index>(table.extent(0)); }
  Index entries() const { return 2; }
  template <class Visit>
  KOKKOS_FUNCTION void each(Index, Index h, Index i, Index j, const Visit& visit) const {
    const auto x = static_cast<Scalar>(j - i);
    visit(0, Kokkos::cos(parameter(h, 1) * x));
    visit(1, -parameter(h, 0) * x * Kokkos::sin(parameter(h, 1) * x));
  }
};

struct Make {
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return Wave<Scalar>{table};
  }
};

}  // namespace

TEST_CASE("user bias: a functor with a table has its value and its gradient", "[attention][bias]") {
  for (const Index rows : {1, 3}) {
    const Learned<double> learned{test::random_table(rows, 2, 1, 0.3), {}};
    const test::HostTable host(learned.table);
    test::check_values(test::made(Make{}, learned), {2, 3, 7, 5}, [&](Index, Index h, Index i, Index j) {
      return host(h, 0) * std::cos(host(h, 1) * static_cast<double>(j - i));
    });
    test::check_gradients(Make{}, learned, {2, 3, 7, 5}, Both<Causal, Window>{{0}, {3, 3}});
  }
}
