// experiments/heat/parts/coefficients/conductivity_graph.hpp
//
// A grid of cells as a graph for attention: a cell attends to itself and, through every face that conducts,
// to its neighbour. What a head may know of an edge (i -> j) stands beside it.
//
// Equation  r_ij = 2 dt / (h_a^2 (1/kappa_i + 1/kappa_j)), r_i = dt kappa_i / h_a^2, along the axis a of the
//           face; a wall where u = 0 is a key of value 0, half a cell away: r = 2 r_i; a wall without flux is no
//           edge. Features, symmetric in i and j:
//             of a face    1, log r_ij, log sqrt(r_i r_j);  (the arithmetic mean adds nothing: the
//                          harmonic one times it is the square of the geometric)
//             of a centre  log r_i, log(1 + r_i), r_i = dt kappa_i sum_a 1/h_a^2
// Shapes    own cells row-major are the queries, stored cells (own and ghosts) the keys; features
//           (face_features + centre_features, edges), 0 where they do not apply
// Units     kappa [m^2/s], h [m], dt [s]
#pragma once

#include "attention/graph/neighbours.hpp"
#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/faces.hpp"

namespace attune::experiments::heat::coefficients {

inline constexpr int face_features = 3, centre_features = 2, edge_features = face_features + centre_features;

struct ConductivityGraph {
  Setting setting;
  Triple halo;  // of the fields of keys
  attention::graph::Neighbours neighbours;
  std::vector<char> centre;  // (edges)  does the edge lead back to its cell?
  std::vector<double> rate;  // (edges)  r_ij; of a centre the sum of those of its row
  View2<double> features;

  Index edges() const { return static_cast<Index>(rate.size()); }
};

// kappa on the own cells. Collective.
ConductivityGraph conductivity_graph(const Setting& setting, const Field<double>& kappa,
                                     const attune::heat::Widths& h, double dt);

// Logits z of the edges: log r_ij of faces, and of centres 0 (the sweep), log(1 - sum_j r_ij) (the explicit
// step; sum_j r_ij < 1), or nothing.
enum class Centre { zero, remainder, none };
std::vector<double> pairwise_logits(const ConductivityGraph& graph, Centre centre);

// h_a of cells that cut the unit box.
attune::heat::Widths unit_widths(const Setting& setting);

}  // namespace attune::experiments::heat::coefficients
