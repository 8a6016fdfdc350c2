// training/blocks/multi_head.cpp
//
// Multi-head attention but for the attention itself. Backward, from d_out, with d_q, d_k, d_v those of dense
// attention and the products of the second line entry by entry:
//
//   d_c = d_out W_o^T
//   d_o = d_c sigmoid(z)      d_z = d_c o sigmoid'(z)        without a gate: d_o = d_c
//   d_x = d_q W_q^T + d_z W_g^T      d_y = d_k W_k^T + d_v W_v^T      where y is x: d_x is the sum of both
#include "training/blocks/multi_head.hpp"

#include "training/blocks/heads.hpp"
#include "training/layers/activation.hpp"

namespace attune::training::blocks::multi_head {

using layers::Sigmoid;

namespace {

template <class View, class... Extents> View array(const std::string& label, Extents... extents) {
  return View(Kokkos::view_alloc("training::blocks::multi_head::" + label, Kokkos::WithoutInitializing),
              static_cast<std::size_t>(extents)...);
}

template <class View> View array_like(const std::string& label, const View& view) {
  return View(Kokkos::view_alloc("training::blocks::multi_head::" + label, Kokkos::WithoutInitializing),
              view.layout());
}

// Heads (B, H, M, D) as rows (B M, H D).
template <class Scalar> View2<Scalar> rows_of(const std::string& label, const View4<Scalar>& heads) {
  return array<View2<Scalar>>(label, heads.extent(0) * heads.extent(2), heads.extent(1) * heads.extent(3));
}
template <class Scalar> View2<Scalar> merged(const std::string& label, const View4<Scalar>& heads) {
  const auto rows = rows_of(label, heads);
  merge_heads(heads, rows);
  return rows;
}

struct Heads {
  std::string label;
  Index batches, count;
};

template <class Scalar>
View4<Scalar> project_heads(const linear::Weights<Scalar>& w, const View2<const Scalar>& x,
                            const Heads& cut) {
  const auto rows = static_cast<Index>(x.extent(0)), width = static_cast<Index>(w.weight.extent(1));
  require(cut.batches > 0 ? rows % cut.batches == 0 : rows == 0,
          "the rows are a number of tokens for each batch");
  require(cut.count > 0 && width % cut.count == 0, "a projection has a number of entries for each head");
  const auto projected = array<View2<Scalar>>("projected", rows, width);
  linear::forward(w, x, projected);
  const auto heads = array<View4<Scalar>>(cut.label, cut.batches, cut.count,
                                          cut.batches > 0 ? rows / cut.batches : 0, width / cut.count);
  split_heads(projected, heads);
  return heads;
}

template <class Scalar> bool has_gate(const Weights<Scalar>& w) { return w.gate.weight.size() > 0; }

// c, from o side by side and z; may be the same array as o.
template <class Scalar>
void apply_gate(const View2<Scalar>& o, const View2<Scalar>& z, const View2<Scalar>& c) {
  layers::gated::forward(Sigmoid{}, {o, z}, c);
}

// As linear::backward, but adds to d_x.
template <class Scalar>
void add_backward(const linear::Weights<Scalar>& w, const layers::Input<Scalar>& x, const View2<Scalar>& d_y,
                  const View2<Scalar>& d_x, const linear::Weights<Scalar>& d_w) {
  linear::backward(w, x, d_y, View2<Scalar>(), d_w);
  if (d_x.size() > 0) layers::matmul(d_y, layers::transposed(w.weight), d_x, {.beta = 1});
}

template <class Scalar> struct AddHeads {
  View1<const Scalar> share;
  View1<Scalar> sum;
  KOKKOS_FUNCTION void operator()(Index h) const { sum(h) += share(h); }
};

template <class Scalar> void add_heads(const View1<Scalar>& share, const View1<Scalar>& sum) {
  require(share.extent(0) == sum.extent(0), "gradients of the shape of the weights");
  Kokkos::parallel_for("training::blocks::multi_head::add_heads",
                       layers::every(static_cast<Index>(sum.size())), AddHeads<Scalar>{share, sum});
}

}  // namespace

template <class Scalar> Weights<Scalar> make(const Shape& s, const Parts& parts) {
  require(s.groups > 0 && s.heads % s.groups == 0, "the heads of keys divide the heads of queries");
  const auto projection = [&parts](Index in, Index out) {
    auto w = parts.bias ? linear::make<Scalar>(in, out) : linear::make_without_bias<Scalar>(in, out);
    w.weight_rule = Initial::glorot(static_cast<double>(in), static_cast<double>(out));
    return w;
  };
  Weights<Scalar> w{s.heads, s.groups, projection(s.width, s.heads * s.head_width),
                    projection(s.memory_width, s.groups * s.head_width),
                    projection(s.memory_width, s.groups * s.value_width)};
  w.output = linear::make<Scalar>(s.heads * s.value_width, s.out);
  if (parts.output == Start::zeros) w.output.weight_rule = Initial::zeros();
  if (parts.gate) {
    w.gate = linear::make<Scalar>(s.width, s.heads * s.value_width);
    w.gate.weight_rule = Initial::zeros();
    w.gate.bias_rule = Initial::ones();
  }
  if (parts.temperature) w.temperature = View1<Scalar>("temperature", s.heads);
  if (parts.sink) w.sink = View1<Scalar>("sink", s.heads);
  return w;
}

template <class Scalar> Saved<Scalar> project(const Weights<Scalar>& w, const Inputs<Scalar>& in) {
  const auto y = in.y.value_or(in.x);
  Saved<Scalar> saved;
  saved.q = project_heads(w.query, in.x, {"q", in.batches, w.heads});
  saved.k = project_heads(w.key, y, {"k", in.batches, w.groups});
  saved.v = project_heads(w.value, y, {"v", in.batches, w.groups});
  const std::size_t queries = saved.q.extent(2);
  saved.o = array<View4<Scalar>>("o", in.batches, w.heads, queries, saved.v.extent(3));
  saved.lse = array<View3<Scalar>>("lse", in.batches, w.heads, queries);
  if (has_gate(w)) {
    saved.z = rows_of("z", saved.o);
    linear::forward(w.gate, in.x, saved.z);
  }
  return saved;
}

template <class Scalar>
dense::Inputs<Scalar> dense_inputs(const Weights<Scalar>& w, const Saved<Scalar>& saved) {
  dense::Inputs<Scalar> in{saved.q, saved.k, saved.v};
  in.temperature = w.temperature;
  in.sink = w.sink;
  return in;
}

template <class Scalar>
void combine(const Weights<Scalar>& w, const Saved<Scalar>& saved, const View2<Scalar>& out) {
  const auto c = merged("c", saved.o);
  if (has_gate(w)) apply_gate(c, saved.z, c);
  linear::forward(w.output, c, out);
}

template <class Scalar>
Combined<Scalar> backward_combine(const Weights<Scalar>& w, const Upstream<Scalar>& up,
                                  const Weights<Scalar>& d_w) {
  const Saved<Scalar>& saved = up.saved;
  const auto o = merged("o", saved.o);
  const auto c = has_gate(w) ? array_like("c", o) : o;
  if (has_gate(w)) apply_gate(o, saved.z, c);
  const auto d_c = array_like("d_c", o);
  linear::backward(w.output, c, up.d_out, d_c, d_w.output);

  Combined<Scalar> result{array_like("d_o", saved.o), {}};
  if (has_gate(w)) {
    result.d_z = c;  // its values are spent
    layers::gated::backward<Scalar>(Sigmoid{}, {o, saved.z}, d_c, {d_c, result.d_z});
  }
  split_heads(d_c, result.d_o);
  return result;
}

template <class Scalar>
dense::Gradients<Scalar> dense_gradients(const Weights<Scalar>& w, const Saved<Scalar>& saved,
                                         const Gradients<Scalar>& gradients) {
  dense::Gradients<Scalar> heads{array_like("d_q", saved.q), array_like("d_k", saved.k),
                                 array_like("d_v", saved.v)};
  if (w.temperature.size() > 0) heads.d_temperature = array_like("d_temperature", w.temperature);
  if (w.sink.size() > 0) heads.d_sink = array_like("d_sink", w.sink);
  heads.d_table = gradients.d_table;
  heads.d_pairs = gradients.d_pairs;
  return heads;
}

template <class Scalar>
void backward_project(const Weights<Scalar>& w, const Inputs<Scalar>& in,
                      const dense::Gradients<Scalar>& heads, const View2<Scalar>& d_z,
                      const Gradients<Scalar>& gradients) {
  const auto& d_w = gradients.d_w;
  const auto &d_x = gradients.d_x, &d_y = gradients.d_y;
  linear::backward(w.query, in.x, merged("d_q", heads.d_q), d_x, d_w.query);
  if (has_gate(w)) add_backward(w.gate, in.x, d_z, d_x, d_w.gate);

  require(in.y || d_y.size() == 0, "in self-attention the gradient of y is part of that of x");
  if (in.y)
    linear::backward(w.key, *in.y, merged("d_k", heads.d_k), d_y, d_w.key);
  else
    add_backward(w.key, in.x, merged("d_k", heads.d_k), d_x, d_w.key);
  add_backward(w.value, in.y.value_or(in.x), merged("d_v", heads.d_v), in.y ? d_y : d_x, d_w.value);

  add_heads(heads.d_temperature, d_w.temperature);
  add_heads(heads.d_sink, d_w.sink);
}

template Weights<float> make(const Shape&, const Parts&);
template Saved<float> project(const Weights<float>&, const Inputs<float>&);
template dense::Inputs<float> dense_inputs(const Weights<float>&, const Saved<float>&);
template void combine(const Weights<float>&, const Saved<float>&, const View2<float>&);
template Combined<float> backward_combine(const Weights<float>&, const Upstream<float>&,
                                          const Weights<float>&);
template dense::Gradients<float> dense_gradients(const Weights<float>&, const Saved<float>&,
                                                 const Gradients<float>&);
template void backward_project(const Weights<float>&, const Inputs<float>&, const dense::Gradients<float>&,
                               const View2<float>&, const Gradients<float>&);

template Weights<double> make(const Shape&, const Parts&);
template Saved<double> project(const Weights<double>&, const Inputs<double>&);
template dense::Inputs<double> dense_inputs(const Weights<double>&, const Saved<double>&);
template void combine(const Weights<double>&, const Saved<double>&, const View2<double>&);
template Combined<double> backward_combine(const Weights<double>&, const Upstream<double>&,
                                           const Weights<double>&);
template dense::Gradients<double> dense_gradients(const Weights<double>&, const Saved<double>&,
                                                  const Gradients<double>&);
template void backward_project(const Weights<double>&, const Inputs<double>&, const dense::Gradients<double>&,
                               const View2<double>&, const Gradients<double>&);

}  // namespace attune::training::blocks::multi_head
