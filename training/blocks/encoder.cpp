// training/blocks/encoder.cpp
#include "training/blocks/encoder.hpp"

namespace attune::training::blocks::encoder {

namespace dropout = layers::dropout;
namespace layer_norm = layers::layer_norm;
namespace transition = layers::transition;

namespace {

template <class Scalar> View2<Scalar> array_like(const std::string& label, const View2<const Scalar>& x) {
  return View2<Scalar>(Kokkos::view_alloc("training::blocks::encoder::" + label, Kokkos::WithoutInitializing),
                       x.layout());
}

template <class Scalar> struct Add {
  View2<const Scalar> x, branch;
  View2<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index i, Index j) const { sum(i, j) = x(i, j) + branch(i, j); }
};

// The sum may be the branch.
template <class Scalar>
void add(const layers::Input<Scalar>& x, const layers::Input<Scalar>& branch, const View2<Scalar>& sum) {
  require(layers::same_shape(x, sum) && layers::same_shape(branch, sum),
          "a branch has the shape of what it is added to");
  Kokkos::parallel_for("training::blocks::encoder::add", layers::every_entry(sum.extent(0), sum.extent(1)),
                       Add<Scalar>{x, branch, sum});
}

}  // namespace

template <class Scalar> Weights<Scalar> make(const Shape& s, const multi_head::Parts& parts) {
  Weights<Scalar> w{layer_norm::make<Scalar>(s.width),
                    multi_head::make<Scalar>({s.width, s.heads, s.head_width, s.groups}, parts),
                    layer_norm::make<Scalar>(s.width),
                    transition::make<Scalar>(s.function, {s.width, s.hidden, s.width})};
  if (parts.output == multi_head::Start::zeros) w.transition.down.weight_rule = Initial::zeros();
  return w;
}

template <class Scalar> Saved<Scalar> begin(const Weights<Scalar>& w, const Inputs<Scalar>& in) {
  const auto rows = static_cast<Index>(in.x.extent(0));
  Saved<Scalar> saved;
  saved.normed_x = array_like("normed_x", in.x);
  saved.a = array_like("a", in.x);
  saved.normed_a = array_like("normed_a", in.x);
  saved.of_x = layer_norm::make_moments<Scalar>(rows);
  saved.of_a = layer_norm::make_moments<Scalar>(rows);
  layer_norm::forward(w.norm_of_x, in.x, saved.normed_x, saved.of_x);
  return saved;
}

template <class Scalar>
void finish(const Weights<Scalar>& w, const Inputs<Scalar>& in, Saved<Scalar>& saved,
            const View2<Scalar>& out) {
  dropout::forward(in.after_attention, out, out);
  add(in.x, out, saved.a);
  layer_norm::forward(w.norm_of_a, saved.a, saved.normed_a, saved.of_a);
  saved.transition = transition::forward(w.transition, saved.normed_a, out);
  dropout::forward(in.after_transition, out, out);
  add(saved.a, out, out);
}

template <class Scalar>
Chain<Scalar> backward_finish(const Weights<Scalar>& w, const Inputs<Scalar>& in, const Upstream<Scalar>& up,
                              const Weights<Scalar>& d_w) {
  const Saved<Scalar>& saved = up.saved;
  const Chain<Scalar> chain{array_like("d_a", in.x), array_like("d_branch", in.x),
                            array_like("d_normed", in.x)};
  dropout::backward(in.after_transition, up.d_out, chain.d_branch);
  transition::backward(w.transition, {saved.normed_a, saved.transition}, chain.d_branch, chain.d_normed,
                       d_w.transition);
  layer_norm::backward(w.norm_of_a, {saved.a, saved.of_a}, chain.d_normed, chain.d_a, d_w.norm_of_a);
  add(up.d_out, chain.d_a, chain.d_a);
  dropout::backward(in.after_attention, chain.d_a, chain.d_branch);
  return chain;
}

template <class Scalar>
void backward_begin(const Weights<Scalar>& w, const Inputs<Scalar>& in, const Saved<Scalar>& saved,
                    const Chain<Scalar>& chain, const Gradients<Scalar>& gradients) {
  const auto& d_x = gradients.d_x;
  layer_norm::backward(w.norm_of_x, {in.x, saved.of_x}, chain.d_normed, d_x, gradients.d_w.norm_of_x);
  if (d_x.size() > 0) add(chain.d_a, d_x, d_x);
}

template Weights<float> make(const Shape&, const multi_head::Parts&);
template Saved<float> begin(const Weights<float>&, const Inputs<float>&);
template void finish(const Weights<float>&, const Inputs<float>&, Saved<float>&, const View2<float>&);
template Chain<float> backward_finish(const Weights<float>&, const Inputs<float>&, const Upstream<float>&,
                                      const Weights<float>&);
template void backward_begin(const Weights<float>&, const Inputs<float>&, const Saved<float>&,
                             const Chain<float>&, const Gradients<float>&);

template Weights<double> make(const Shape&, const multi_head::Parts&);
template Saved<double> begin(const Weights<double>&, const Inputs<double>&);
template void finish(const Weights<double>&, const Inputs<double>&, Saved<double>&, const View2<double>&);
template Chain<double> backward_finish(const Weights<double>&, const Inputs<double>&, const Upstream<double>&,
                                       const Weights<double>&);
template void backward_begin(const Weights<double>&, const Inputs<double>&, const Saved<double>&,
                             const Chain<double>&, const Gradients<double>&);

}  // namespace attune::training::blocks::encoder
