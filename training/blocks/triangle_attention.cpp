// training/blocks/triangle_attention.cpp
//
// Backward in two sweeps over the rows, because d_b is complete after the last row of attention only:
//
//   1   o, d_o from d_out; d_q, d_k, d_v, d_g and a part of d_b from d_o (attention_backward.hpp); the
//       gradient of n by q, k, v and g is left in d_z
//   2   that by b is added, and the layer norm turns the sum into d_z where it lies
#include "training/blocks/triangle_attention.hpp"

#include "training/blocks/attention_of_rows.hpp"

namespace attune::training::blocks::triangle_attention {

namespace {

using namespace layers;

// (pairs, H) and (H, N N): pair p of the one is pair first + p of the other.
template <class Scalar> struct HeadsFirst {
  View2<const Scalar> part;
  Index first;
  View2<Scalar> whole;
  KOKKOS_FUNCTION void operator()(Index p, Index h) const { whole(h, first + p) = part(p, h); }
};
template <class Scalar> struct HeadsLast {
  View2<const Scalar> whole;
  Index first;
  View2<Scalar> part;
  KOKKOS_FUNCTION void operator()(Index p, Index h) const { part(p, h) = whole(h, first + p); }
};

// b of a batch, (H, N N).
template <class Scalar>
View2<Scalar> pair_bias(const Weights<Scalar>& w, const Pairs<Scalar>& in, Index batch) {
  const auto heads = static_cast<Index>(w.bias.weight.extent(1)), tokens = in.tokens();
  const auto b = scratch<Scalar>("triangle_attention::b", heads, tokens * tokens);
  each_chunk(tokens, in.chunks.rows, [&](const Range& rows) {
    const auto part = scratch<Scalar>("triangle_attention::b_of_rows", rows.count * tokens, heads);
    linear::forward(w.bias, normed(w.norm, entries(in.z, batch, rows)).n, part);
    Kokkos::parallel_for("training::blocks::triangle_attention::heads_first",
                         every_entry(part.extent(0), part.extent(1)),
                         HeadsFirst<Scalar>{part, rows.first * tokens, b});
  });
  return b;
}

template <class Scalar, class Node>
Attention<Scalar, Node> attention_of(const Weights<Scalar>& w, const Pairs<Scalar>& in,
                                     const Place<Node>& place, const View2<const Scalar>& b,
                                     const View2<const Scalar>& n) {
  return {place, static_cast<Index>(b.extent(0)), project(w, n), b, take_mask(in.mask, place)};
}

template <class Scalar> struct Flow {
  View4<const Scalar> d_out;
  Gradients<Scalar> gradients;
  View2<Scalar> d_b;  // of the batch, (H, N N)
};

template <class Scalar, class Node>
void backward_rows(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Place<Node>& place,
                   const View2<const Scalar>& b, const Flow<Scalar>& flow) {
  const auto pairs = static_cast<std::size_t>(place.pairs());
  const auto x = scratch<Scalar>("triangle_attention::x", pairs, in.z.extent(3));
  take(in.z, place, x);
  const auto n = normed(w.norm, x).n;
  const auto attention = attention_of<Scalar>(w, in, place, b, n);
  const auto out = attention.forward();

  const auto d_o = scratch<Scalar>("triangle_attention::d_o", pairs, out.o.extent(1));
  const Weights<Scalar>& d_w = flow.gradients.d_w;
  take(flow.d_out, place, x);  // z is spent
  linear::backward(w.output, out.o, x, d_o, d_w.output);
  const auto d = projected_like(w, pairs);
  attention.backward(out, d_o, d, flow.d_b);

  const auto& d_n = x;  // and so is d_out
  linear::backward(w.q, n, d.q, d_n, d_w.q);
  linear::add_backward(w.k, n, d.k, d_n, d_w.k);
  linear::add_backward(w.v, n, d.v, d_n, d_w.v);
  linear::add_backward(w.gate, n, d.gate, d_n, d_w.gate);
  put<Scalar>(d_n, place, flow.gradients.d_z);
}

template <class Scalar>
void backward_bias(const Weights<Scalar>& w, const Pairs<Scalar>& in, Index batch, const Range& rows,
                   const Flow<Scalar>& flow) {
  const auto z = entries(in.z, batch, rows);
  const auto d_n = entries(flow.gradients.d_z, batch, rows);
  const auto norm = normed(w.norm, z);
  const auto part = scratch<Scalar>("triangle_attention::d_b_of_rows", z.extent(0), flow.d_b.extent(0));
  Kokkos::parallel_for("training::blocks::triangle_attention::heads_last",
                       every_entry(part.extent(0), part.extent(1)),
                       HeadsLast<Scalar>{flow.d_b, rows.first * in.tokens(), part});
  linear::add_backward(w.bias, norm.n, part, d_n, flow.gradients.d_w.bias);
  layer_norm::backward(w.norm, {z, norm.moments}, d_n, d_n, flow.gradients.d_w.norm);
}

template <class Scalar> void require_inputs(const Weights<Scalar>& w, const Pairs<Scalar>& in) {
  require_pairs<Scalar>(in, w.q.weight);
  require(w.bias.weight.extent(1) > 0 && w.q.weight.extent(1) % w.bias.weight.extent(1) == 0,
          "as many entries of q for every head");
}

}  // namespace

template <class Scalar> Weights<Scalar> make(const Options& options) {
  const auto c_z = options.pair_width, inner = options.heads * options.head_width;
  const auto projection = [&](Index out, const Initial& rule) {
    auto w = linear::make_without_bias<Scalar>(c_z, out);
    w.weight_rule = rule;
    return w;
  };
  const auto closing = [&](Index in, Index out, const Initial& bias) {
    auto w =
        options.linear_biases ? linear::make<Scalar>(in, out) : linear::make_without_bias<Scalar>(in, out);
    w.weight_rule = Initial::zeros();
    w.bias_rule = bias;
    return w;
  };
  const auto wide = static_cast<double>(c_z);
  const Initial glorot = Initial::glorot(wide, static_cast<double>(inner));
  return {layer_norm::make<Scalar>(c_z),
          projection(inner, glorot),
          projection(inner, glorot),
          projection(inner, glorot),
          projection(options.heads, Initial::normal(1 / std::sqrt(wide))),
          closing(c_z, inner, Initial::ones()),
          closing(inner, c_z, Initial::zeros())};
}

template <class Scalar, class Node>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node, const View4<Scalar>& out) {
  require_inputs(w, in);
  require(same_shape(in.z, out), "out as z");
  for (Index batch = 0; batch < in.batches(); ++batch) {
    const auto b = pair_bias(w, in, batch);
    each_chunk(in.tokens(), in.chunks.rows, [&](const Range& rows) {
      const Place<Node> place{node, batch, rows, in.tokens()};
      const auto x =
          scratch<Scalar>("triangle_attention::x", static_cast<std::size_t>(place.pairs()), in.z.extent(3));
      take(in.z, place, x);
      const auto attention = attention_of<Scalar>(w, in, place, b, normed(w.norm, x).n);
      const auto attended = attention.forward();
      linear::forward(w.output, attended.o, x);  // z is spent
      put<Scalar>(x, place, out);
    });
  }
}

template <class Scalar, class Node>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  require_inputs(w, in);
  require(same_shape(in.z, d_out) && same_shape(in.z, gradients.d_z), "d_out, d_z as z");
  for (Index batch = 0; batch < in.batches(); ++batch) {
    const auto b = pair_bias(w, in, batch);
    const View2<Scalar> d_b("training::blocks::triangle_attention::d_b", b.extent(0), b.extent(1));
    const Flow<Scalar> flow{d_out, gradients, d_b};
    each_chunk(in.tokens(), in.chunks.rows, [&](const Range& rows) {
      backward_rows<Scalar>(w, in, Place<Node>{node, batch, rows, in.tokens()}, b, flow);
    });
    each_chunk(in.tokens(), in.chunks.rows,
               [&](const Range& rows) { backward_bias(w, in, batch, rows, flow); });
  }
}

template Weights<float> make(const Options&);
template Weights<double> make(const Options&);
template void forward(const Weights<float>&, const Pairs<float>&, const Starting&, const View4<float>&);
template void forward(const Weights<float>&, const Pairs<float>&, const Ending&, const View4<float>&);
template void forward(const Weights<double>&, const Pairs<double>&, const Starting&, const View4<double>&);
template void forward(const Weights<double>&, const Pairs<double>&, const Ending&, const View4<double>&);
template void backward(const Weights<float>&, const Pairs<float>&, const Starting&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<float>&, const Pairs<float>&, const Ending&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<double>&, const Pairs<double>&, const Starting&,
                       const View4<const double>&, const Gradients<double>&);
template void backward(const Weights<double>&, const Pairs<double>&, const Ending&,
                       const View4<const double>&, const Gradients<double>&);

}  // namespace attune::training::blocks::triangle_attention
