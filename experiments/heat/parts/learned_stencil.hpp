// experiments/heat/parts/learned_stencil.hpp
//
// One softmax head with relative-position biases and no content, stepped in time: u' = A u, A = softmax(bias)
// on a list of offsets, ghosts by boundary condition. Logits may be tied over reflections o_a -> -o_a of each
// axis, as the isotropic operators are that it learns; a walled grid then keeps the eigenmodes of its walls.
#pragma once

#include "attention/window/window.hpp"
#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat {

// The trained parameters: one logit for each class of offsets.
struct StencilWeights {
  std::vector<double> logit;
};
void describe(auto& tensor, StencilWeights& w) { tensor("logit", w.logit, "bias of each class of offsets"); }

class LearnedStencil {
 public:
  LearnedStencil(const Setting& setting, const std::vector<Triple>& offsets, bool tied);

  std::size_t classes() const { return classes_; }
  const std::vector<Triple>& offsets() const { return window_.offsets; }
  const std::vector<std::size_t>& class_of() const { return class_of_; }  // (W)
  Triple halo() const { return halo_; }

  StencilWeights equal_weights() const { return {std::vector<double>(classes_, 0.0)}; }
  // Logits -|offset|^2 / (4 r) of the Gaussian of variance 2 r, none below `least`.
  StencilWeights gaussian_weights(double r, double least) const;

  attention::window::Table table(const StencilWeights& weights) const;

  // o = A u on the own cells; the ghosts of u are filled by the caller.
  template <class Scalar>
  void apply(const Field<Scalar>& u, const StencilWeights& weights, const Field<Scalar>& o) const {
    attention::window::forward(u, window_, table(weights), o);
  }

  // Gradient of the logits for d_o = dL/do, over all ranks; added to `gradient`.
  template <class Scalar>
  void backward(const Field<Scalar>& u, const StencilWeights& weights, const Field<Scalar>& o,
                const Field<Scalar>& d_o, StencilWeights& gradient) const {
    const auto of_table =
        attention::window::backward_table(u, window_, table(weights), o, d_o, setting_.domain.communicator());
    for (std::size_t w = 0; w < class_of_.size(); ++w) gradient.logit[class_of_[w]] += of_table.d_bias[w];
  }

  // Gradient of u for the same d_o, its ghosts included: they take what flows to the ghosts of u.
  template <class Scalar>
  void backward_input(const Field<Scalar>& d_o, const StencilWeights& weights,
                      const Field<Scalar>& d_u) const {
    attention::window::backward_input(d_o, window_, table(weights), d_u);
  }

  // The weights p_o as a stencil, for oracles.
  attune::heat::theory::Stencil stencil(const StencilWeights& weights) const;

 private:
  Setting setting_;
  attention::window::Window window_;
  Triple halo_{0, 0, 0};
  std::vector<std::size_t> class_of_;
  std::size_t classes_ = 0;
};

// "star", "box" or "ball" of a reach, or with "list" the offsets listed, D numbers each.
std::vector<Triple> offsets_of(const std::string& shape, Index reach,
                               const std::vector<std::vector<Index>>& listed, int dimensions);

}  // namespace attune::experiments::heat
