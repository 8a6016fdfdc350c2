// solvers/heat/edges.cpp
#include "solvers/heat/edges.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace attune::heat {
namespace {

int dimensions_of(const Domain& domain, const Boundaries& boundaries) {
  const Triple ghosts = one_ghost(domain, boundaries);
  int dimensions = 3;
  while (dimensions > 1 && ghosts[3 - dimensions] == 0) --dimensions;
  for (int a = 3 - dimensions; a < 3; ++a) require(ghosts[a] > 0, "collapsed axes come first");
  return dimensions;
}

template <class Visit> void every(const Triple& shape, const Visit& visit) {
  for (Index k = 0; k < shape[0]; ++k)
    for (Index j = 0; j < shape[1]; ++j)
      for (Index i = 0; i < shape[2]; ++i) visit(k, j, i);
}

std::vector<Edges> decompose(const TensorField& A, const Widths& h, const Box& own, int dimensions) {
  Kokkos::Array<View3<double>::host_mirror_type, 6> host;
  for (int c = 0; c < 6; ++c) {
    if (tensor_axes[c][0] < 3 - dimensions) continue;
    require(A[c].box == own, "a tensor in every own cell");
    host[c] = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), A[c].values);
  }
  std::vector<Edges> cells;
  cells.reserve(static_cast<std::size_t>(own.cells()));
  every(own.shape(), [&](Index k, Index j, Index i) {
    Tensor M{};
    for (int c = 0; c < 6; ++c) {
      const auto [a, b] = tensor_axes[c];
      if (a < 3 - dimensions) continue;
      const Triple& halo = A[c].halo;
      M[c] = host[c](k + halo[0], j + halo[1], i + halo[2]) / (h[a] * h[b]);
    }
    cells.push_back(selling(M, dimensions));
  });
  return cells;
}

Triple reach_of(const std::vector<Edges>& cells, const Domain& domain) {
  Triple reach;
  for (int a = 0; a < 3; ++a) {
    Index most = 0;
    for (const Edges& edges : cells)
      for (const Edge& edge : edges) most = std::max(most, std::abs(edge.e[a]));
    reach[a] = static_cast<Index>(domain.max(static_cast<double>(most)));
  }
  return reach;
}

// One number of every cell, carried to the ghosts: mirrored with the other sign at the walls of axis `odd`.
template <class Member>
void carry(EdgeField& field, const Member& member, int odd, const Domain& domain, Boundaries boundaries) {
  for (int a = 0; a < 3; ++a)
    if (boundaries[a] != Boundary::periodic)
      boundaries[a] = a == odd ? Boundary::dirichlet : Boundary::neumann;
  const auto ghosted = domain.field<double>("heat::edges::carry", field.reach);
  const auto host = Kokkos::create_mirror_view(ghosted.values);
  for (std::size_t n = 0; n < field.cells.size(); ++n)
    host.data()[n] = static_cast<double>(member(field.cells[n]));
  Kokkos::deep_copy(ghosted.values, host);
  fill_ghosts(ghosted, domain, boundaries);
  Kokkos::deep_copy(host, ghosted.values);
  for (std::size_t n = 0; n < field.cells.size(); ++n) {
    auto& number = member(field.cells[n]);
    number = static_cast<std::decay_t<decltype(number)>>(host.data()[n]);
  }
}

}  // namespace

Triple EdgeField::shape() const {
  return {own.extent(0) + 2 * reach[0], own.extent(1) + 2 * reach[1], own.extent(2) + 2 * reach[2]};
}

Index EdgeField::place(Index k, Index j, Index i) const {
  return ((k + reach[0]) * shape()[1] + j + reach[1]) * shape()[2] + i + reach[2];
}

EdgeField edges_of(const TensorField& A, const Widths& h, const Domain& domain,
                   const Boundaries& boundaries) {
  const int dimensions = dimensions_of(domain, boundaries);
  const auto own = decompose(A, h, domain.mine(), dimensions);
  EdgeField field{domain.mine(), reach_of(own, domain), {}};
  const Triple shape = field.shape();
  field.cells.resize(static_cast<std::size_t>(shape[0] * shape[1] * shape[2]));
  std::size_t n = 0;
  every(field.own.shape(), [&](Index k, Index j, Index i) {
    field.cells[static_cast<std::size_t>(field.place(k, j, i))] = own[n++];
  });
  for (int edge = 0; edge < dimensions * (dimensions + 1) / 2; ++edge) {
    carry(
        field, [edge](Edges& edges) -> double& { return edges[edge].rho; }, -1, domain, boundaries);
    for (int a = 3 - dimensions; a < 3; ++a)
      carry(
          field, [edge, a](Edges& edges) -> Index& { return edges[edge].e[a]; }, a, domain, boundaries);
  }
  return field;
}

std::vector<End> ends_of(const EdgeField& field) {
  const Triple own = field.own.shape(), reach = field.reach, shape = field.shape();
  const auto number = [&](Index k, Index j, Index i) -> Index {  // of an own cell, else -1
    const bool inside = k >= 0 && j >= 0 && i >= 0 && k < own[0] && j < own[1] && i < own[2];
    return inside ? (k * own[1] + j) * own[2] + i : -1;
  };
  std::vector<End> ends;
  std::size_t n = 0;
  every(shape, [&](Index sk, Index sj, Index si) {
    const Index k = sk - reach[0], j = sj - reach[1], i = si - reach[2], here = number(k, j, i);
    for (const auto& [e, rho] : field.cells[n++]) {
      const Index step = (e[0] * shape[1] + e[1]) * shape[2] + e[2];
      for (const Index sign : {-1, 1}) {
        if (!(rho > 0)) continue;
        const Index there = number(k + sign * e[0], j + sign * e[1], i + sign * e[2]);
        if (here >= 0) ends.push_back({here, sign * step, rho / 2});
        if (there >= 0) ends.push_back({there, -sign * step, rho / 2});
      }
    }
  });
  std::sort(ends.begin(), ends.end(),
            [](const End& a, const End& b) { return std::pair(a.x, a.step) < std::pair(b.x, b.step); });
  std::size_t kept = 0;
  for (const End& end : ends) {
    if (kept > 0 && ends[kept - 1].x == end.x && ends[kept - 1].step == end.step)
      ends[kept - 1].w += end.w;
    else
      ends[kept++] = end;
  }
  ends.resize(kept);
  return ends;
}

}  // namespace attune::heat
