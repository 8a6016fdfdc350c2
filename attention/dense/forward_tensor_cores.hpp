// attention/dense/forward_tensor_cores.hpp
//
// Forward in bfloat16 on matrix units, for a launch(label, blocks, kernel) that runs kernels of
// attention/tensor_cores/: the device's, or the emulated one of the tests.
#pragma once

#include "attention/dense/tensor_core_problem.hpp"

namespace attune::attention::dense {

inline constexpr Index widest_on_tensor_cores = 128;

// Widths that the tiles hold, 32-bit numbers of queries and keys, and a scale by which one can divide.
inline bool fits_tensor_cores(const Shape& s, float scale) {
  constexpr Index most = Index(1) << 30;
  return s.width <= widest_on_tensor_cores && s.value_width <= widest_on_tensor_cores && s.queries < most &&
         s.keys < most && scale > 0 && s.queries * s.value_width > 0;
}

// An array whose rows begin at multiples of 16 bytes: itself, or a copy with zeros at the ends of its rows.
template <class Scalar> struct PadRows {
  const Scalar* from;
  Scalar* to;
  Index width, padded;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index r = n / padded, c = n % padded;
    to[n] = c < width ? from[r * width + c] : Scalar(0.0f);
  }
};
inline bool is_in_pieces(const View4<const Bfloat16>& x) {
  return x.extent(3) % tensor_cores::piece == 0 && reinterpret_cast<std::uintptr_t>(x.data()) % 16 == 0;
}
inline Index in_whole_pieces(Index width) {
  return (width + tensor_cores::piece - 1) / tensor_cores::piece * tensor_cores::piece;
}
inline View4<const Bfloat16> in_pieces(const View4<const Bfloat16>& x) {
  if (is_in_pieces(x)) return x;
  const auto width = static_cast<Index>(x.extent(3)), padded = in_whole_pieces(width);
  const View4<Bfloat16> copy(Kokkos::view_alloc("attention::dense::in_pieces", Kokkos::WithoutInitializing),
                             x.extent(0), x.extent(1), x.extent(2), static_cast<std::size_t>(padded));
  Kokkos::parallel_for("attention::dense::in_pieces", every(static_cast<Index>(copy.size())),
                       PadRows<Bfloat16>{x.data(), copy.data(), width, padded});
  return copy;
}
// Back from such a copy.
inline void out_of_pieces(const View4<const Bfloat16>& padded, const View4<Bfloat16>& x) {
  if (padded.data() == x.data()) return;
  using Kokkos::ALL;
  Kokkos::deep_copy(
      x, Kokkos::subview(padded, ALL, ALL, ALL, Kokkos::pair<std::size_t, std::size_t>(0, x.extent(3))));
}

// do_it(std::integral_constant<int, w>{}) with w the tile's width.
template <class Function> void with_tile_width(Index width, const Function& do_it) {
  if (width <= 32)
    do_it(std::integral_constant<int, 32>{});
  else if (width <= 64)
    do_it(std::integral_constant<int, 64>{});
  else
    do_it(std::integral_constant<int, 128>{});
}

template <class Source, class Prior, class Mask, class Launch>
void forward_in_pieces(const Inputs<Bfloat16>& in, const Source& source, const Prior& prior, const Mask& mask,
                       const Outputs<Bfloat16>& out, const Launch& launch) {
  using Problem = TensorCoreProblem<Source, Prior, Mask>;
  auto score = score_of(in, source, mask);
  const Problem problem{score, prior, in.v, {in.gain, 1.0f}, {in.sink, minus_infinity<float>}, out};
  const Shape& s = score.shape;
  with_tile_width(s.width > s.value_width ? s.width : s.value_width, [&](auto width) {
    const tensor_cores::Forward<width(), Problem> kernel{problem};
    launch("attention::dense::forward_tensor_cores", kernel.blocks(), kernel);
  });
}

// A bias in memory may be none, or lie so that two keys are read at once.
template <class Scalar, class Function>
void with_source(const bias::Tensor<Scalar>& bias, const Function& do_it) {
  if (!bias.present())
    do_it(bias::None<float>{});
  else if (tensor_cores::lies_in_twos(bias))
    do_it(tensor_cores::InTwos<Scalar>{bias});
  else
    do_it(bias);
}
template <class Bias, class Function> void with_source(const Bias& bias, const Function& do_it) {
  do_it(tiles::source_of<float>(bias));
}

template <class Bias, class Mask, class Launch>
void forward_on_tensor_cores(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                             const Outputs<Bfloat16>& out, const Launch& launch) {
  auto padded = in;
  padded.q = in_pieces(in.q);
  padded.k = in_pieces(in.k);
  padded.v = in_pieces(in.v);
  padded.scale = score_scale<float>(in.scale, shape_of(in).width);
  const Outputs<Bfloat16> o{is_in_pieces(out.o)
                                ? out.o
                                : View4<Bfloat16>("attention::dense::o", out.o.extent(0), out.o.extent(1),
                                                  out.o.extent(2), padded.v.extent(3)),
                            out.lse};
  with_source(bias, [&](const auto& source) {
    if (in.prior.present())
      forward_in_pieces(padded, source, in.prior, mask, o, launch);
    else
      forward_in_pieces(padded, source, bias::None<float>{}, mask, o, launch);
  });
  out_of_pieces(o.o, out.o);
}

}  // namespace attune::attention::dense
