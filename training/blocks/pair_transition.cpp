#include "training/blocks/pair_transition.hpp"

#include "training/blocks/normed.hpp"

namespace attune::training::blocks::pair_transition {

using namespace layers;

template <class Scalar> Weights<Scalar> make(const Options& options) {
  const Index width = options.pair_width, hidden = options.expansion * width;
  Weights<Scalar> w{layer_norm::make<Scalar>(width),
                    transition::make<Scalar>(options.function, {width, hidden, width})};
  w.transition.down.weight_rule = Initial::zeros();
  if (!options.linear_biases)
    for (auto* layer : {&w.transition.up, &w.transition.gate, &w.transition.down}) layer->bias = {};
  return w;
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const View4<Scalar>& out) {
  require_pairs<Scalar>(in, w.transition.up.weight);
  require(same_shape(in.z, out), "out as z");
  each_chunk(in.batches() * in.tokens(), in.chunks.rows, [&](const Range& rows) {
    const auto norm = normed(w.norm, entries(in.z, 0, rows));
    transition::forward(w.transition, norm.n, entries(out, 0, rows));
  });
}

template <class Scalar>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  require_pairs<Scalar>(in, w.transition.up.weight);
  require(same_shape(in.z, d_out) && same_shape(in.z, gradients.d_z), "d_out, d_z as z");
  each_chunk(in.batches() * in.tokens(), in.chunks.rows, [&](const Range& rows) {
    const auto z = entries(in.z, 0, rows);
    const auto d_n = entries(gradients.d_z, 0, rows);
    const auto norm = normed(w.norm, z);
    const auto saved = transition::forward(w.transition, norm.n, d_n);  // its output is not wanted
    transition::backward(w.transition, {norm.n, saved}, entries(d_out, 0, rows), d_n,
                         gradients.d_w.transition);
    layer_norm::backward(w.norm, {z, norm.moments}, d_n, d_n, gradients.d_w.norm);
  });
}

template Weights<float> make(const Options&);
template Weights<double> make(const Options&);
template void forward(const Weights<float>&, const Pairs<float>&, const View4<float>&);
template void forward(const Weights<double>&, const Pairs<double>&, const View4<double>&);
template void backward(const Weights<float>&, const Pairs<float>&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<double>&, const Pairs<double>&, const View4<const double>&,
                       const Gradients<double>&);

}  // namespace attune::training::blocks::pair_transition
