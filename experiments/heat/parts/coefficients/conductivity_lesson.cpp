// experiments/heat/parts/coefficients/conductivity_lesson.cpp
#include "experiments/heat/parts/coefficients/conductivity_lesson.hpp"

#include <cmath>
#include <limits>

#include "core/core/sum.hpp"
#include "solvers/heat/combine.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

using Range = Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>;
using Theta = Kokkos::Array<double, edge_features>;

struct Logits {
  View2<const double> features;
  Theta theta;
  bool masked_centre;
  View1<double> z;
  KOKKOS_FUNCTION void operator()(Index e) const {
    double sum = 0;
    for (int f = 0; f < edge_features; ++f) sum += theta[f] * features(f, e);
    const bool centre = features(0, e) == 0;
    z(e) = centre && masked_centre ? -Kokkos::Experimental::infinity_v<double> : sum;
  }
};

// F_fe dL/dz_e, feature by feature.
struct FeatureGradient {
  View2<const double> features, d_z;
  KOKKOS_FUNCTION double of(int f, Index e) const { return features(f, e) * d_z(0, e); }
  KOKKOS_FUNCTION double operator()(Index n) const {  // for the largest
    const auto e = n / edge_features;
    return of(static_cast<int>(n - e * edge_features), e);
  }
  KOKKOS_FUNCTION int operator()(Index b, int f, double* x) const {
    const Index begin = b * lanes, edges = static_cast<Index>(features.extent(1)), left = edges - begin;
    const int terms = static_cast<int>(left < lanes ? left : lanes);
    for (int l = 0; l < terms; ++l) x[l] = of(f, begin + l);
    return terms;
  }
};

// (o_i - y_i)^2, and the gradient's seed.
struct SquaredMiss {
  Field<double> o, y, d_o;
  double cells;
  KOKKOS_FUNCTION void operator()(const Block& b, double* x) const {
    for (int c = 0; c < b.cells; ++c) {
      const double miss = o(b.k, b.j, b.i + c) - y(b.k, b.j, b.i + c);
      d_o(b.k, b.j, b.i + c) = 2 * miss / cells;
      x[c] = miss * miss;
    }
  }
};

}  // namespace

View1<double> learned_logits(const ConductivityGraph& graph, const ConductivityWeights& weights,
                             Normalisation normalisation) {
  Theta theta;
  for (int f = 0; f < face_features; ++f) theta[f] = weights.face[f];
  for (int f = 0; f < centre_features; ++f) theta[face_features + f] = weights.centre[f];
  const View1<double> z("heat::conductivity::z", graph.edges());
  Kokkos::parallel_for("heat::conductivity::logits", Range(0, graph.edges()),
                       Logits{graph.features, theta, normalisation == Normalisation::flux, z});
  return z;
}

ConductivityLesson::ConductivityLesson(const std::vector<ConductivityTask>& tasks,
                                       Normalisation normalisation)
    : tasks_(tasks), normalisation_(normalisation) {
  for (const auto& task : tasks_) {
    const auto& ranks = task.graph.setting.domain.communicator();
    heads_.emplace_back(task.graph, normalisation);
    cells_ += static_cast<double>(task.graph.setting.cells());
    const auto change = heads_.back().cells();
    attune::heat::combine(change, {{1, task.y}, {-1, task.u}});
    update_ += attune::heat::inner(change, change, ranks);
  }
  update_ /= cells_;
}

double ConductivityLesson::operator()(const ConductivityWeights& weights,
                                      ConductivityWeights& gradient) const {
  double loss = 0;
  for (std::size_t t = 0; t < tasks_.size(); ++t) {
    const auto& [graph, u, y] = tasks_[t];
    const auto& ranks = graph.setting.domain.communicator();
    auto& head = heads_[t];
    head.set(learned_logits(graph, weights, normalisation_));
    const auto o = head.cells(), d_o = head.cells();
    head.apply(u, o);
    loss +=
        sum::over_cells("heat::conductivity::loss", o.box, SquaredMiss{o, y, d_o, cells_}, ranks) / cells_;
    const FeatureGradient slope{graph.features, head.backward(u, d_o)};
    const double bound =
        sum::largest("heat::conductivity::slope", graph.edges() * edge_features, slope, ranks);
    const auto slopes = sum::each("heat::conductivity::slope", (graph.edges() + lanes - 1) / lanes,
                                  edge_features, bound, slope, ranks);
    for (int f = 0; f < face_features; ++f) gradient.face[f] += slopes[f];
    for (int f = 0; f < centre_features && normalisation_ != Normalisation::flux; ++f)
      gradient.centre[f] += slopes[face_features + f];
  }
  return loss;
}

LearnedConductivity learn_conductivity(const std::vector<ConductivityTask>& tasks,
                                       Normalisation normalisation, const training::Options& options) {
  const ConductivityLesson lesson(tasks, normalisation);
  LearnedConductivity learned;
  learned.weights.face[1] = 0.5;  // half the log of a mean: near enough for w to be small where r is
  const auto history = training::fit(learned.weights, lesson, options);
  learned.loss = history.best_loss / lesson.mean_square_update();
  learned.evaluations = history.evaluations;
  return learned;
}

}  // namespace attune::experiments::heat::coefficients
