// training/blocks/pair_stack.cpp
//
// With z_n+1 = z_n + drop_n(f_n(z_n)), n = 0 .. 4:
//
//   d_z_n = d_z_n+1 + J_n^T drop_n(d_z_n+1)        J_n = df_n / dz_n; dropout is its own adjoint
#include "training/blocks/pair_stack.hpp"

namespace attune::training::blocks::pair_stack {

namespace {

using namespace layers;

enum Update { outgoing, incoming, starting, ending, transition, updates };

// f_n
template <class Scalar>
void apply(const Weights<Scalar>& w, Update update, const Pairs<Scalar>& in, const View4<Scalar>& out) {
  switch (update) {
    case outgoing:
      return triangle_multiplication::forward(w.outgoing, in, attention::triangle::multiply::Outgoing{}, out);
    case incoming:
      return triangle_multiplication::forward(w.incoming, in, attention::triangle::multiply::Incoming{}, out);
    case starting:
      return triangle_attention::forward(w.starting, in, attention::triangle::Starting{}, out);
    case ending:
      return triangle_attention::forward(w.ending, in, attention::triangle::Ending{w.bias_from}, out);
    default:
      return pair_transition::forward(w.transition, in, out);
  }
}

// J_n^T d_out
template <class Scalar>
void pull_back(const Weights<Scalar>& w, Update update, const Pairs<Scalar>& in,
               const View4<const Scalar>& d_out, const Gradients<Scalar>& to) {
  const auto& [d_z, d_w] = to;
  switch (update) {
    case outgoing:
      return triangle_multiplication::backward(w.outgoing, in, attention::triangle::multiply::Outgoing{},
                                               d_out, {d_z, d_w.outgoing});
    case incoming:
      return triangle_multiplication::backward(w.incoming, in, attention::triangle::multiply::Incoming{},
                                               d_out, {d_z, d_w.incoming});
    case starting:
      return triangle_attention::backward(w.starting, in, attention::triangle::Starting{}, d_out,
                                          {d_z, d_w.starting});
    case ending:
      return triangle_attention::backward(w.ending, in, attention::triangle::Ending{w.bias_from}, d_out,
                                          {d_z, d_w.ending});
    default:
      return pair_transition::backward(w.transition, in, d_out, {d_z, d_w.transition});
  }
}

// y = drop_n(x); y may be x. Seen as (B, N, N c), what all rows i share lies along the second axis; seen as
// (B N, N, c), what all columns j share.
template <class Scalar>
void drop(Dropout dropout, Update update, const View4<const Scalar>& x, const View4<Scalar>& y) {
  const auto batches = static_cast<Index>(x.extent(0)), tokens = static_cast<Index>(x.extent(1)),
             width = static_cast<Index>(x.extent(3));
  const bool by_columns = update == ending;
  if (update == transition) dropout.rate = 0;
  dropout.random.stream += update;
  dropout.shared = layers::dropout::Shared::second_axis;
  if (by_columns) dropout.first *= tokens;
  const Index above = by_columns ? batches * tokens : batches, below = by_columns ? width : tokens * width;
  layers::dropout::forward(dropout, View3<const Scalar>(x.data(), above, tokens, below),
                           View3<Scalar>(y.data(), above, tokens, below));
}

template <class Scalar> struct Add {
  View2<const Scalar> x;
  View2<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index p, Index c) const { sum(p, c) += x(p, c); }
};

template <class Scalar> void add(const View4<const Scalar>& x, const View4<Scalar>& sum) {
  Kokkos::parallel_for("training::blocks::pair_stack::add", every_entry(entries(x).extent(0), x.extent(3)),
                       Add<Scalar>{entries(x), entries(sum)});
}

template <class Scalar> View4<Scalar> like(const View4<const Scalar>& z, const std::string& label) {
  return View4<Scalar>(
      Kokkos::view_alloc("training::blocks::pair_stack::" + label, Kokkos::WithoutInitializing), z.extent(0),
      z.extent(1), z.extent(2), z.extent(3));
}

// out += drop_n(f_n(z)); `change` holds the update meanwhile; z may be out.
template <class Scalar> struct Step {
  const Weights<Scalar>& w;
  const Dropout& dropout;
  View4<Scalar> change;

  void operator()(Update update, const Pairs<Scalar>& in, const View4<Scalar>& out) const {
    apply(w, update, in, change);
    drop<Scalar>(dropout, update, change, change);
    add<Scalar>(change, out);
  }
};

// The pairs z_n before every update.
template <class Scalar>
std::vector<View4<const Scalar>> pairs_before(const Step<Scalar>& step, const Pairs<Scalar>& in) {
  std::vector<View4<const Scalar>> z{in.z};
  for (int n = outgoing; n + 1 < updates; ++n) {
    const auto next = like(z[n], "pairs_before");
    Kokkos::deep_copy(next, z[n]);
    step(Update(n), {z[n], in.mask, in.chunks}, next);
    z.push_back(next);
  }
  return z;
}

}  // namespace

template <class Scalar> Weights<Scalar> make(const Options& o) {
  const triangle_multiplication::Options multiplication{o.pair_width, o.width, o.linear_biases};
  const triangle_attention::Options attention{o.pair_width, o.heads, o.head_width, o.linear_biases};
  return {triangle_multiplication::make<Scalar>(multiplication),
          triangle_multiplication::make<Scalar>(multiplication),
          triangle_attention::make<Scalar>(attention),
          triangle_attention::make<Scalar>(attention),
          pair_transition::make<Scalar>({o.pair_width, o.expansion, o.function, o.linear_biases}),
          o.bias_from};
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout,
             const View4<Scalar>& out) {
  require(same_shape(in.z, out), "out as z");
  Kokkos::deep_copy(out, in.z);
  const Step<Scalar> step{w, dropout, like(in.z, "change")};
  for (int n = outgoing; n < updates; ++n) step(Update(n), {out, in.mask, in.chunks}, out);
}

template <class Scalar>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  require(same_shape(in.z, d_out) && same_shape(in.z, gradients.d_z), "d_out, d_z as z");
  const auto change = like(in.z, "change");
  auto z = pairs_before<Scalar>({w, dropout, change}, in);
  const auto& d_z = gradients.d_z;
  const auto d_part = like(in.z, "d_part"), d_change = change;
  Kokkos::deep_copy(d_z, d_out);
  for (int n = updates - 1; n >= outgoing; --n) {
    drop<Scalar>(dropout, Update(n), d_z, d_change);
    pull_back<Scalar>(w, Update(n), {z[n], in.mask, in.chunks}, d_change, {d_part, gradients.d_w});
    add<Scalar>(d_part, d_z);
    z.pop_back();
  }
}

template Weights<float> make(const Options&);
template Weights<double> make(const Options&);
template void forward(const Weights<float>&, const Pairs<float>&, const Dropout&, const View4<float>&);
template void forward(const Weights<double>&, const Pairs<double>&, const Dropout&, const View4<double>&);
template void backward(const Weights<float>&, const Pairs<float>&, const Dropout&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<double>&, const Pairs<double>&, const Dropout&,
                       const View4<const double>&, const Gradients<double>&);

}  // namespace attune::training::blocks::pair_stack
