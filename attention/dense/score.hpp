// attention/dense/score.hpp
//
// One score, as the kernels of every pass compute it: the same numbers in the same order, so that backward
// meets the very p_ij of forward.
#pragma once

#include "attention/dense/dense.hpp"
#include "attention/rows.hpp"
#include "attention/running_softmax.hpp"
#include "attention/score_scale.hpp"
#include "core/core/require.hpp"

namespace attune::attention::dense {

// A parameter a head, or one for all, or none.
template <class Scalar> struct PerHead {
  View1<const Scalar> values;
  Scalar otherwise;
  KOKKOS_FUNCTION Scalar at(Index h) const {
    return values.extent(0) == 0 ? otherwise : values(values.extent(0) == 1 ? 0 : h);
  }
};

template <class Scalar, class Bias, class Mask> struct Score {
  View4<const Scalar> q, k;
  Bias bias;
  Mask mask;
  bias::Tensor<Accumulated<Scalar>> prior;
  PerHead<Accumulated<Scalar>> temperature;
  Accumulated<Scalar> scale;
  Shape shape;

  KOKKOS_FUNCTION Index group(Index h) const { return h / (shape.heads / shape.groups); }

  // t_ij, and s_ij; false where the pair takes no part.
  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Scalar& s, Scalar& t) const {
    if (!mask.allows(b, i, j)) return false;
    s = scale * dot(row(q, b, h, i), row(k, b, group(h), j), shape.width) + bias.at(b, h, i, j);
    t = s / temperature.at(h) + prior.at(b, h, i, j);
    return t != minus_infinity<Scalar>;
  }
};

template <class Scalar, class Bias, class Mask>
Score<Scalar, Bias, Mask> score_of(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask) {
  const Shape shape = shape_of(in);
  const auto scale = score_scale<Accumulated<Scalar>>(in.scale, shape.width);
  return {in.q, in.k, bias, mask, in.prior, {in.temperature, Accumulated<Scalar>(1)}, scale, shape};
}

inline bool is_head_parameter(std::size_t extent, const Shape& s) {
  return extent == 0 || extent == 1 || extent == static_cast<std::size_t>(s.heads);
}

inline bool is_empty(const bias::Shape4& given) { return given[0] * given[1] * given[2] * given[3] == 0; }

inline bool broadcasts(const bias::Shape4& given, const Shape& s) {
  const bias::Shape4 full{s.batches, s.heads, s.queries, s.keys};
  for (int a = 0; a < 4; ++a)
    if (given[a] != 1 && given[a] != full[a]) return false;
  return true;
}

template <class View> bool has_extents(const View& view, const bias::Shape4& extents) {
  for (std::size_t a = 0; a < View::rank(); ++a)
    if (static_cast<Index>(view.extent(a)) != extents[a]) return false;
  return true;
}

template <class Scalar, class Bias> void require_shapes(const Inputs<Scalar>& in, const Bias& bias) {
  const Shape s = shape_of(in);
  require(s.groups > 0 ? s.heads % s.groups == 0 : s.heads == 0,
          "the heads of keys divide the heads of queries");
  require(has_extents(in.k, {s.batches, s.groups, s.keys, s.width}), "k (B, G, N, D)");
  require(has_extents(in.v, {s.batches, s.groups, s.keys, s.value_width}), "v (B, G, N, E)");
  require(is_head_parameter(in.temperature.extent(0), s) && is_head_parameter(in.gain.extent(0), s) &&
              is_head_parameter(in.sink.extent(0), s),
          "temperature, gain and sink (H) or (1)");
  require(!in.prior.present() || broadcasts(in.prior.pairs(), s), "prior (B|1, H|1, M|1, N|1)");
  if constexpr (bias::HasTable<Bias>)
    require(bias.rows() == 1 || bias.rows() == s.heads, "the table of a bias has a row a head, or one");
  if constexpr (bias::HasPairs<Bias>)
    require(is_empty(bias.pairs()) || broadcasts(bias.pairs(), s), "the bias (B|1, H|1, M|1, N|1)");
  if constexpr (bias::HasShape<Bias>)
    require(bias.fits({s.batches, s.heads, s.queries, s.keys}),
            "the bias is made for these queries and keys");
}

template <class Scalar> void require_no_sink(const Inputs<Scalar>& in, const std::string& who) {
  require(in.sink.size() == 0, who + " knows no sink");
}

// A loop over (b, h, i): place n of (extent 0, extent 1, extent 2).
struct Place {
  Index b, h, i;
};
KOKKOS_INLINE_FUNCTION Place place(Index n, Index heads, Index rows) {
  const Index bh = n / rows;
  return {bh / heads, bh % heads, n % rows};
}
inline Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(Index items) { return {0, items}; }

}  // namespace attune::attention::dense
