// training/blocks/triangle_multiplication.cpp
//
// Gradients, from the last line of the equations to the first, with y = output(norm_sum(p)), g = gate(n):
//
//   d_y = d_out sigmoid(g)        d_g = d_out y sigmoid'(g)        d_p from d_y through output and norm_sum
//   d_a, d_b from d_p: attention/triangle/multiply_backward.hpp; below them: triangle_side.hpp
//
// d_z collects the gradient of n, first that of the gate, then those of every chunk of channels, and the
// layer norm turns it into that of z where it lies.
#include "training/blocks/triangle_multiplication.hpp"

#include "training/blocks/triangle_side.hpp"

namespace attune::training::blocks::triangle_multiplication {

namespace {

using namespace layers;
namespace multiply = attention::triangle::multiply;

struct Part {
  Index batch;
  Range channels;
};

// Arrays (1, N, N, .) of one batch.
template <class Scalar> struct Sides { View4<Scalar> a, b; };

template <class Scalar> View4<Scalar> of_pairs(const std::string& label, Index tokens, Index width) {
  const std::string name = "training::blocks::triangle_multiplication::" + label;
  return View4<Scalar>(Kokkos::view_alloc(name, Kokkos::WithoutInitializing), 1, tokens, tokens, width);
}

template <class Scalar>
Sides<Scalar> forward_sides(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Part& part) {
  const Side<Scalar> of_a = columns(w.a, part.channels), of_b = columns(w.b, part.channels);
  const Sides<Scalar> sides{of_pairs<Scalar>("a", in.tokens(), part.channels.count),
                            of_pairs<Scalar>("b", in.tokens(), part.channels.count)};
  each_chunk(in.tokens(), in.chunks.rows, [&](const Range& rows) {
    const auto n = normed(w.norm, entries(in.z, part.batch, rows)).n;
    const Mask mask = mask_of(in, part.batch, rows);
    forward_side<Scalar>(of_a, n, mask, entries(sides.a, 0, rows));
    forward_side<Scalar>(of_b, n, mask, entries(sides.b, 0, rows));
  });
  return sides;
}

// p of a batch.
template <class Scalar, class Form>
View4<Scalar> product(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Form& form, Index b) {
  const auto width = static_cast<Index>(w.output.weight.extent(0));
  const auto p = of_pairs<Scalar>("p", in.tokens(), width);
  each_chunk(width, in.chunks.channels, [&](const Range& channels) {
    const auto sides = forward_sides(w, in, {b, channels});
    multiply::forward(multiply::Inputs<Scalar>{sides.a, sides.b}, form,
                      multiply::Outputs<Scalar>{p, channels.first});
  });
  return p;
}

template <class Scalar, class Form>
Sides<Scalar> side_gradients(const Sides<Scalar>& sides, const Form& form,
                             const multiply::Upstream<Scalar>& up) {
  const auto tokens = static_cast<Index>(sides.a.extent(1)), channels = static_cast<Index>(sides.a.extent(3));
  const Sides<Scalar> d_sides{of_pairs<Scalar>("d_a", tokens, channels),
                              of_pairs<Scalar>("d_b", tokens, channels)};
  multiply::backward(multiply::Inputs<Scalar>{sides.a, sides.b}, form, up,
                     multiply::Gradients<Scalar>{d_sides.a, d_sides.b});
  return d_sides;
}

// d_z holds the gradient of n, and is added to.
template <class Scalar>
void backward_sides(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Part& part,
                    const Sides<Scalar>& d_sides, const Gradients<Scalar>& gradients) {
  const Side<Scalar> of_a = columns(w.a, part.channels), of_b = columns(w.b, part.channels);
  const Side<Scalar> d_a = columns(gradients.d_w.a, part.channels),
                     d_b = columns(gradients.d_w.b, part.channels);
  each_chunk(in.tokens(), in.chunks.rows, [&](const Range& rows) {
    const auto n = normed(w.norm, entries(in.z, part.batch, rows)).n;
    const auto d_n = entries(gradients.d_z, part.batch, rows);
    const Mask mask = mask_of(in, part.batch, rows);
    backward_side<Scalar>(of_a, n, {entries(d_sides.a, 0, rows), mask, d_n}, d_a);
    backward_side<Scalar>(of_b, n, {entries(d_sides.b, 0, rows), mask, d_n}, d_b);
  });
}

// Of a chunk of rows: d_p takes the place of p, and d_n is written.
template <class Scalar> struct OfOutput {
  View2<const Scalar> z, d_out;
  View2<Scalar> p, d_n;
};

template <class Scalar>
void backward_output(const Weights<Scalar>& w, const OfOutput<Scalar>& of, const Weights<Scalar>& d_w) {
  const auto n = normed(w.norm, of.z), sum = normed(w.norm_sum, of.p);
  const auto y = scratch<Scalar>("triangle_multiplication::y", of.z.extent(0), of.z.extent(1)),
             g = scratch<Scalar>("triangle_multiplication::g", of.z.extent(0), of.z.extent(1)),
             d_sum = scratch<Scalar>("triangle_multiplication::d_sum", of.p.extent(0), of.p.extent(1));
  linear::forward(w.output, sum.n, y);
  linear::forward(w.gate, n.n, g);
  gated::backward(Sigmoid{}, gated::Inputs<Scalar>{y, g}, of.d_out, {y, g});
  linear::backward(w.output, sum.n, y, d_sum, d_w.output);
  layer_norm::backward(w.norm_sum, {of.p, sum.moments}, d_sum, of.p, d_w.norm_sum);
  linear::backward(w.gate, n.n, g, of.d_n, d_w.gate);
}

}  // namespace

template <class Scalar> Weights<Scalar> make(const Options& options) {
  const auto c_z = options.pair_width, c = options.width;
  const auto layer = [&](Index in, Index out) {
    return options.linear_biases ? linear::make<Scalar>(in, out) : linear::make_without_bias<Scalar>(in, out);
  };
  const auto gate = [&](Index out) {
    auto w = layer(c_z, out);
    w.weight_rule = Initial::zeros();
    w.bias_rule = Initial::ones();
    return w;
  };
  Weights<Scalar> w{layer_norm::make<Scalar>(c_z), {layer(c_z, c), gate(c)},
                    {layer(c_z, c), gate(c)},      gate(c_z),
                    layer_norm::make<Scalar>(c),   layer(c, c_z)};
  w.output.weight_rule = Initial::zeros();
  return w;
}

template <class Scalar, class Form>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Form& form, const View4<Scalar>& out) {
  require_pairs<Scalar>(in, w.gate.weight);
  require(same_shape(in.z, out), "out as z");
  for (Index b = 0; b < in.batches(); ++b) {
    const auto p = product(w, in, form, b);
    each_chunk(in.tokens(), in.chunks.rows, [&](const Range& rows) {
      const auto sum = entries(p, 0, rows), y = entries(out, b, rows);
      layer_norm::forward(w.norm_sum, sum, sum,
                          layer_norm::make_moments<Scalar>(static_cast<Index>(sum.extent(0))));
      linear::forward(w.output, sum, y);
      const auto g = scratch<Scalar>("triangle_multiplication::g", y.extent(0), y.extent(1));
      linear::forward(w.gate, normed(w.norm, entries(in.z, b, rows)).n, g);
      gated::forward(Sigmoid{}, {y, g}, y);
    });
  }
}

template <class Scalar, class Form>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Form& form,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  require_pairs<Scalar>(in, w.gate.weight);
  require(same_shape(in.z, d_out) && same_shape(in.z, gradients.d_z), "d_out, d_z as z");
  const auto each_rows = [&](const auto& visit) { each_chunk(in.tokens(), in.chunks.rows, visit); };
  for (Index b = 0; b < in.batches(); ++b) {
    const auto p = product(w, in, form, b);
    each_rows([&](const Range& rows) {
      backward_output<Scalar>(w,
                              {entries(in.z, b, rows), entries(d_out, b, rows), entries(p, 0, rows),
                               entries(gradients.d_z, b, rows)},
                              gradients.d_w);
    });
    each_chunk(static_cast<Index>(p.extent(3)), in.chunks.channels, [&](const Range& channels) {
      const auto d_sides =
          side_gradients<Scalar>(forward_sides(w, in, {b, channels}), form, {p, channels.first});
      backward_sides(w, in, {b, channels}, d_sides, gradients);
    });
    each_rows([&](const Range& rows) {
      const auto z = entries(in.z, b, rows);
      const auto d_n = entries(gradients.d_z, b, rows);
      layer_norm::backward(w.norm, {z, normed(w.norm, z).moments}, d_n, d_n, gradients.d_w.norm);
    });
  }
}

template Weights<float> make(const Options&);
template Weights<double> make(const Options&);
template void forward(const Weights<float>&, const Pairs<float>&, const Outgoing&, const View4<float>&);
template void forward(const Weights<float>&, const Pairs<float>&, const Incoming&, const View4<float>&);
template void forward(const Weights<double>&, const Pairs<double>&, const Outgoing&, const View4<double>&);
template void forward(const Weights<double>&, const Pairs<double>&, const Incoming&, const View4<double>&);
template void backward(const Weights<float>&, const Pairs<float>&, const Outgoing&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<float>&, const Pairs<float>&, const Incoming&, const View4<const float>&,
                       const Gradients<float>&);
template void backward(const Weights<double>&, const Pairs<double>&, const Outgoing&,
                       const View4<const double>&, const Gradients<double>&);
template void backward(const Weights<double>&, const Pairs<double>&, const Incoming&,
                       const View4<const double>&, const Gradients<double>&);

}  // namespace attune::training::blocks::triangle_multiplication
