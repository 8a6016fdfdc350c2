// tests/core/results/sample.hpp
//
// A result with everything in it: scalars, lists, tables, words, fields in two and three dimensions, claims,
// snapshots.
#pragma once

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/results/results.hpp"

namespace sample {

using namespace attune;

inline Provenance provenance() {
  Provenance run;
  run.experiment = "family/sample";
  run.question = "Is this file whole?";
  run.deck = "experiment = \"family/sample\"\n[params]\ncells = [5, 7]  # [1]\n";
  run.precision = "double";
  run.seed = 7;
  run.scale = Scale::smoke;
  return run;
}

// A value that depends on the global cell alone.
template <class Scalar> Field<Scalar> field_on(const Domain& domain, int halo) {
  Triple ghosts{0, 0, 0};
  for (int a = 0; a < 3; ++a) ghosts[a] = domain.whole().extent(a) > 1 ? halo : 0;
  auto u = domain.field<Scalar>("u", ghosts);
  Kokkos::deep_copy(u.values, Scalar(-1));
  const Box mine = domain.mine(), whole = domain.whole();
  Kokkos::parallel_for(
      "sample", every_cell(mine), KOKKOS_LAMBDA(Index k, Index j, Index i) {
        u(k, j, i) = static_cast<Scalar>(global_cell(mine, whole, k, j, i));
      });
  Kokkos::fence("sample");
  return u;
}

inline Claim claim(const std::string& id, double value) {
  return {.id = id,
          .statement = "the value is one",
          .value = value,
          .kind = Kind::equal_abs,
          .expected = 1,
          .tolerance = 0.5,
          .unit = "1",
          .source = "arithmetic",
          .role = Role::identity};
}

constexpr Dataset level{"level", "1", "level", "refinement"};
constexpr Dataset method{"method", "1", "method", "name of the method"};
constexpr Dataset gap{"gap", "K", "level", "error at end_time", "e = max |u - exact|"};
constexpr Dataset table{"table", "s", "method level", "time of each method"};
constexpr Dataset holes{"holes", "1", "level", "not measured everywhere", "", true};
constexpr Dataset total{"total", "J", "", "energy"};
constexpr Dataset plane{"plane", "K", "y x", "temperature"};
constexpr Dataset block{"block", "K", "z row column", "temperature"};

// Writes DIR/family/sample.h5 and two snapshots; returns its path.
inline std::string write(const std::string& directory) {
  const Domain world = Domain::world();
  Results results(directory, provenance(), world);
  results.axis(level, {1, 2, 4});
  results.labels(method, {"dense", "window"});
  for (const double e : {0.5, 0.25, 0.125}) results.append(gap, e);
  results.write(table, Array{{2, 3}, {1, 2, 3, 4, 5, 6}});
  results.write(holes, {1, std::numeric_limits<double>::quiet_NaN(), 3});
  results.write(total, 42);

  const Domain flat = world.split(grid_box({517, 1031}), {true, true, true});
  const Domain solid = world.split(grid_box({67, 53, 131}), {true, true, true});
  const auto u = field_on<double>(flat, 2);
  const auto v = field_on<float>(solid, 1);
  results.write(plane, u, flat);
  results.write(block, v, solid);
  results.snapshot(3, 0.75, {{"y", "x"}, {1, 2}, {0.5, 0.25}}, {{plane, u}}, flat);
  constexpr Dataset heat{"heat", "K", "z y x", "temperature"};
  results.snapshot(12, 1.5, {{"z", "y", "x"}, {0, 0, 0}, {1, 1, 1}}, {{heat, v}}, solid);

  results.claim(claim("holds", 1.25));
  results.claim(claim("red", 3));
  Claim late = claim("late", 3);
  late.min_scale = Scale::paper;
  results.claim(late);
  results.close();
  return results.path();
}

}  // namespace sample
