// experiments/heat/parts/coefficients/conductivity_lesson.hpp
//
// What heads that see the conductivity learn from: white noise on several maps, each with the explicit step of
// finite volumes as its target.
//
// Equation  z_e = sum_f theta_f F_fe, features F of conductivity_graph.hpp
//           loss(theta) = (1 / cells) sum_i (u'_i - y_i)^2 over the cells of all maps,  y = u + dt L u
//           d_theta_f = sum_e F_fe dL/dz_e, exact sums (core/core/sum.hpp)
#pragma once

#include "experiments/heat/parts/coefficients/conductivity_attention.hpp"
#include "training/fit.hpp"

namespace attune::experiments::heat::coefficients {

struct ConductivityWeights {
  std::vector<double> face = std::vector<double>(face_features, 0.0);
  std::vector<double> centre = std::vector<double>(centre_features, 0.0);
};
void describe(auto& tensor, ConductivityWeights& w) {
  tensor("face", w.face, "of 1, log harmonic mean, log geometric mean of r");
  tensor("centre", w.centre, "of log r_i, log(1 + r_i)");
}

// z_e of every edge; centres are masked for the flux form, which has none.
View1<double> learned_logits(const ConductivityGraph& graph, const ConductivityWeights& weights,
                             Normalisation normalisation);

// One map: its graph, a field, and the step that is to be learned.
struct ConductivityTask {
  ConductivityGraph graph;
  Field<double> u, y;
};

class ConductivityLesson {
 public:
  ConductivityLesson(const std::vector<ConductivityTask>& tasks, Normalisation normalisation);

  double operator()(const ConductivityWeights& weights, ConductivityWeights& gradient) const;

  double mean_square_update() const { return update_; }  // of y - u

 private:
  std::vector<ConductivityTask> tasks_;
  Normalisation normalisation_;
  mutable std::vector<ConductivityAttention<double>> heads_;  // keep the f of Sinkhorn's iteration
  double cells_ = 0, update_ = 0;
};

struct LearnedConductivity {
  ConductivityWeights weights;
  double loss = 0;  // of the update, relative to its mean square
  int evaluations = 0;
};
LearnedConductivity learn_conductivity(const std::vector<ConductivityTask>& tasks,
                                       Normalisation normalisation, const training::Options& options);

}  // namespace attune::experiments::heat::coefficients
