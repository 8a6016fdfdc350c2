// attention/dense/backward_parts.hpp
//
// backward in tiles from end to end: the parts are laid out, the tasks add to them, and they are added up,
// each number by one thread in the order of the parts.
#pragma once

#include <algorithm>

#include "attention/dense/backward_rows.hpp"
#include "attention/dense/backward_tiled.hpp"

namespace attune::attention::dense {

// to(row, c) = sum over the parts of from(part, row, c), rows `pitch` apart in the parts and `columns` in
// `to`.
template <class Scalar> struct AddParts {
  const Scalar* from;
  Scalar* to;
  Index parts, numbers_of_a_part, pitch, columns;
  KOKKOS_FUNCTION void operator()(Index row) const {
    for (Index c = 0; c < columns; ++c) to[row * columns + c] = from[row * pitch + c];
    for (Index part = 1; part < parts; ++part) {
      const Scalar* const more = from + part * numbers_of_a_part + row * pitch;
      for (Index c = 0; c < columns; ++c) to[row * columns + c] += more[c];
    }
  }
};

// The parts of one gradient: the gradient itself where there is one part of its own layout.
template <class Scalar> struct PartsOf {
  Index parts, rows, pitch, columns;
  View1<Scalar> memory;
  Scalar *data = nullptr, *gradient;

  PartsOf(Scalar* of, Index count, Index rows_, Index columns_, Index pitch_)
      : parts(count), rows(rows_), pitch(pitch_), columns(columns_), gradient(of) {
    if (rows * columns == 0 || gradient == nullptr) return;
    if (parts > 1 || pitch != columns)
      memory = View1<Scalar>(Kokkos::view_alloc("attention::dense::parts", Kokkos::WithoutInitializing),
                             parts * rows * pitch);
    data = memory.size() > 0 ? memory.data() : gradient;
  }
  void clear() const {
    if (data) Kokkos::deep_copy(View1<Scalar>(data, memory.size() > 0 ? memory.size() : rows * columns), 0);
  }
  void add() const {
    if (memory.size() > 0)
      Kokkos::parallel_for("attention::dense::add_parts", every(rows),
                           AddParts<Scalar>{memory.data(), gradient, parts, rows * pitch, pitch, columns});
  }
};

// Of d_pairs or d_prior, cleared unless the tasks do so.
template <class Scalar> PartsOf<Scalar> parts_of(const View4<Scalar>& gradient, const BackwardPlan& plan) {
  const auto columns = static_cast<Index>(gradient.extent(3));
  const Index rows = columns > 0 ? static_cast<Index>(gradient.size()) / columns : 0;
  const bias::Shape4 extents = extents_of(gradient);
  const PartsOf<Scalar> parts(gradient.data(), plan.parts(extents), rows, columns, columns);
  if (!plan.tasks_clear(extents)) parts.clear();
  return parts;
}

// d_tau and d_gain (H|1) from the moments of the rows, in their order.
template <class Scalar, class Pullback> struct AddMoments {
  Pullback pullback;
  View4<const double> moments;
  View1<Scalar> d_temperature, d_gain;

  void operator()(Index h) const {
    add(h, d_temperature, [](const auto& of_row, double tau) { return -of_row.first / (tau * tau); });
    add(h, d_gain, [](const auto& of_row, double) { return of_row.second; });
  }
  template <class Share> void add(Index place, const View1<Scalar>& sum, const Share& share) const {
    const auto& s = pullback.score.shape;
    const bool one = sum.extent(0) == 1;
    if (place >= static_cast<Index>(sum.extent(0))) return;
    double total = 0;
    for (Index b = 0; b < s.batches; ++b)
      for (Index h = one ? 0 : place; h < (one ? s.heads : place + 1); ++h)
        for (Index i = 0; i < s.queries; ++i) {
          const double* const m = &moments(b, h, i, 0);
          total += share(pullback.scores_and_gain(b, h, i, {m[0], m[1], m[2], m[3]}),
                         double(pullback.score.temperature.at(h)));
        }
    sum(place) = static_cast<Scalar>(total);
  }
};

template <class Scalar, class Gather> struct FoldTable {
  Gather gather;
  View3<double> sums;  // (tasks, rows, numbers)
  View2<double> entries;
  View2<Scalar> d_table;
  void operator()(Index row) const {
    const auto numbers = static_cast<Index>(sums.extent(2));
    double* const total = &sums(0, row, 0);
    for (Index task = 1; task < static_cast<Index>(sums.extent(0)); ++task)
      for (Index n = 0; n < numbers; ++n) total[n] += sums(task, row, n);
    gather.fold(row, total, &entries(row, 0));
    for (Index n = 0; n < static_cast<Index>(d_table.extent(1)); ++n)
      d_table(row, n) = static_cast<Scalar>(entries(row, n));
  }
};

template <class Scalar, class Bias>
BackwardPlan plan_of(const Shape& s, const tiles::Gather<Scalar, Bias>& gather, const Gradients<Scalar>& g) {
  const auto rows = static_cast<Index>(g.d_table.extent(0));
  return BackwardPlan::of<Scalar>(s, extents_of(g.d_pairs), extents_of(g.d_prior),
                                  g.d_table.size() > 0 ? rows * gather.numbers() : 0,
                                  g.d_k.size() + g.d_v.size() > 0);
}

template <class Scalar, class Bias, class Pullback>
void backward_tiled(const Inputs<Scalar>& in, const Bias& bias, const Pullback& pullback,
                    const Gradients<Scalar>& g) {
  using Source = decltype(pullback.score.bias);
  using Mask = decltype(pullback.score.mask);
  using Work = tiles::BackwardBlock<Scalar>;
  const Shape& s = pullback.score.shape;
  const tiles::Gather<Scalar, Bias> gather{bias};
  if constexpr (bias::HasPairs<Bias>)
    require(g.d_pairs.size() == 0 || has_extents(g.d_pairs, bias.pairs()), "d_pairs as the bias");
  if constexpr (bias::HasTable<Bias>)
    require(g.d_table.size() == 0 || has_extents(g.d_table, {bias.rows(), bias.entries(), 0, 0}),
            "d_table (rows, entries)");
  const BackwardPlan plan = plan_of(s, gather, g);

  const Index rows = plan.units * s.keys;
  const PartsOf<Scalar> d_k(g.d_k.data(), plan.slices, g.d_k.size() > 0 ? rows : 0, s.width,
                            Work::padded(s.width));
  const PartsOf<Scalar> d_v(g.d_v.data(), plan.slices, g.d_v.size() > 0 ? rows : 0, s.value_width,
                            Work::padded(s.value_width));
  const auto d_pairs = parts_of(g.d_pairs, plan), d_prior = parts_of(g.d_prior, plan);
  const auto table_rows = static_cast<Index>(g.d_table.size() > 0 ? g.d_table.extent(0) : 0);
  const View3<double> sums("attention::dense::table_sums", table_rows > 0 ? plan.tasks() : 0, table_rows,
                           gather.numbers());
  const bool asks_moments = g.d_temperature.size() + g.d_gain.size() > 0;
  const View4<double> moments("attention::dense::moments", asks_moments ? s.batches : 0, s.heads, s.queries,
                              4);

  BackwardTiled<Scalar, Source, Bias, Mask> body{pullback,
                                                 {pullback.score.bias, pullback.score.mask, in.prior, s.keys},
                                                 gather,
                                                 plan,
                                                 {d_k.data,
                                                  d_v.data,
                                                  {d_pairs.data, bias::Tensor<Scalar>(g.d_pairs).strides},
                                                  {d_prior.data, bias::Tensor<Scalar>(g.d_prior).strides},
                                                  extents_of(g.d_pairs),
                                                  extents_of(g.d_prior),
                                                  sums.size() > 0 ? sums.data() : nullptr,
                                                  table_rows,
                                                  gather.numbers()},
                                                 g.d_q,
                                                 moments,
                                                 0};
  if (plan.cut.blocks * plan.units * s.keys > 0) {
    for (; body.turn < plan.chunks; ++body.turn)
      tiles::for_each_task<Scalar>("attention::dense::backward_tiled", plan.tasks(), body.numbers(), body);
  } else {
    const View4<Scalar> none[] = {g.d_q, g.d_k, g.d_v, g.d_pairs, g.d_prior};
    for (const auto& view : none) Kokkos::deep_copy(view, Scalar(0));
  }

  for (const auto* parts : {&d_k, &d_v, &d_pairs, &d_prior})
    if (plan.cut.blocks * plan.units * s.keys > 0) parts->add();
  if (table_rows > 0) {
    const View2<double> entries("attention::dense::entries", table_rows, g.d_table.extent(1));
    Kokkos::parallel_for("attention::dense::fold_table", every(table_rows),
                         FoldTable<Scalar, tiles::Gather<Scalar, Bias>>{gather, sums, entries, g.d_table});
  }
  const auto heads = static_cast<Index>(std::max(g.d_temperature.size(), g.d_gain.size()));
  Kokkos::parallel_for("attention::dense::add_moments", every(heads),
                       AddMoments<Scalar, Pullback>{pullback, moments, g.d_temperature, g.d_gain});
}

}  // namespace attune::attention::dense
