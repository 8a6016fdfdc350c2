// solvers/heat/ftcs.cpp
#include "solvers/heat/ftcs.hpp"

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "solvers/heat/ftcs_march.hpp"
#include "solvers/heat/ftcs_strips.hpp"

namespace attune::heat {
namespace {

template <class Scalar> struct Step {
  Field<Scalar> u, next;
  Kokkos::Array<Scalar, 3> r;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block block = blocks.at(n);
    Scalar change[lanes];
    for (int c = 0; c < block.cells; ++c)
      change[c] = -Scalar(0);  // adding to it changes no bit, of -0 either
    for (int a = 0; a < 3; ++a) {
      if (r[a] == 0) continue;
      const Index z = a == 0, y = a == 1, x = a == 2;
      const Scalar* here = &u(block.k, block.j, block.i);
      const Scalar* below = &u(block.k - z, block.j - y, block.i - x);
      const Scalar* above = &u(block.k + z, block.j + y, block.i + x);
      for (int c = 0; c < block.cells; ++c) change[c] += r[a] * ((below[c] + above[c]) - 2 * here[c]);
    }
    for (int c = 0; c < block.cells; ++c)
      next(block.k, block.j, block.i + c) = u(block.k, block.j, block.i + c) + change[c];
  }
};

template <class Scalar>
void require_ghosts(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  require(u.box == next.box, "a step leads from a field to one of the same cells");
  for (int a = 0; a < 3; ++a)
    require(r[a] == 0 || u.halo[a] >= 1, "an explicit step reads one layer of ghosts");
}

}  // namespace

template <class Scalar>
void ftcs_step_in_blocks(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  require_ghosts(u, r, next);
  const Blocks blocks(u.box);
  const Step<Scalar> step{u, next, {Scalar(r[0]), Scalar(r[1]), Scalar(r[2])}, blocks};
  Kokkos::parallel_for("heat::ftcs_step_in_blocks", blocks.policy(), step);
}

template <class Scalar>
bool ftcs_step_in_planes(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next, int threads) {
  require_ghosts(u, r, next);
  if (r[1] == 0 || r[2] == 0) return false;
  return r[0] != 0 ? step_march<1>(u, r, next, threads) : step_march<0>(u, r, next, threads);
}

template <class Scalar> void ftcs_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  const int axes = (r[0] != 0) + (r[1] != 0) + (r[2] != 0);
  if (axes == 0 || u.box.empty()) return ftcs_step_in_blocks(u, r, next);
  if (!on_host) {
    if (!ftcs_step_in_planes(u, r, next)) ftcs_step_in_blocks(u, r, next);
    return;
  }
  if constexpr (on_host) {
    require_ghosts(u, r, next);
    const bool streams = u.box.cells() * static_cast<Index>(sizeof(Scalar)) >= streamed_bytes;
    if (axes == 1) step_strips<1>(u, r, next, streams);
    if (axes == 2) step_strips<2>(u, r, next, streams);
    if (axes == 3) step_strips<3>(u, r, next, streams);
  }
}

template void ftcs_step_in_blocks(const Field<float>&, const Rates&, const Field<float>&);
template void ftcs_step_in_blocks(const Field<double>&, const Rates&, const Field<double>&);
template bool ftcs_step_in_planes(const Field<float>&, const Rates&, const Field<float>&, int);
template bool ftcs_step_in_planes(const Field<double>&, const Rates&, const Field<double>&, int);
template void ftcs_step(const Field<float>&, const Rates&, const Field<float>&);
template void ftcs_step(const Field<double>&, const Rates&, const Field<double>&);

Cost ftcs_cost(const Box& own, const Rates& r, std::size_t bytes_of_scalar) {
  const auto cells = static_cast<double>(own.cells());
  const int axes = (r[0] > 0) + (r[1] > 0) + (r[2] > 0);
  return {(4.0 * axes + 1) * cells, 2.0 * cells * static_cast<double>(bytes_of_scalar)};
}

}  // namespace attune::heat
