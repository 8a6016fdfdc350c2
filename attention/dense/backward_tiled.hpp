// attention/dense/backward_tiled.hpp
//
// backward in tiles: tiles/backward_block.hpp is the arithmetic, tiles/additive.hpp what bias, prior and mask
// add to the scores, tiles/gather.hpp what they get back, backward_plan.hpp the tasks and the parts they add
// to. The shares of a row in d_tau and d_gain are covariances in double, as in pullback.hpp.
#pragma once

#include "attention/dense/backward_plan.hpp"
#include "attention/dense/forward_tiled.hpp"
#include "attention/dense/pullback.hpp"
#include "attention/tiles/gather.hpp"

namespace attune::attention::dense {

// Where the sums of a backward in tiles lie; null: nobody asks.
template <class Scalar> struct Parts {
  Scalar *d_k = nullptr, *d_v = nullptr;  // (query chunks, B, G, N, D'), (.., E')
  tiles::PairNumbers<Scalar> d_pairs = {}, d_prior = {};  // (parts, ...)
  bias::Shape4 pairs{0, 0, 0, 0}, prior{0, 0, 0, 0};
  double* d_table = nullptr;  // (tasks, rows, numbers)
  Index rows = 0, numbers = 0;
};

template <class Scalar, class Source, class Bias, class Mask> struct BackwardTiled {
  using Work = tiles::BackwardBlock<Scalar>;
  Pullback<Scalar, Source, Mask> pullback;
  tiles::AdditiveTile<Scalar, Source, Mask> additive;
  tiles::Gather<Scalar, Bias> gather;
  BackwardPlan plan;
  Parts<Scalar> parts;
  View4<Scalar> d_q;
  View3<double> share_of_temperature, share_of_gain;  // (B, H, M), or empty

  static constexpr Index most = BackwardPlan::most_blocks;
  struct Team {  // blocks of queries of one head that meet the same keys, and their work space
    Index b, h, count = 0;
    Index head_chunk, query_chunk;
    Work work[most];
    tiles::Block pairs[most];
    Scalar* tile[5];  // p, d_t, what is added, two to spare
    double* moments[most];  // (4, P)
  };

  bool asks_moments() const { return share_of_temperature.size() + share_of_gain.size() > 0; }
  static Index lanes() { return tiles::most_vectors * simd::width<Scalar>; }
  Index numbers_of_a_block() const {
    const Shape& s = plan.shape;
    const auto moments = static_cast<Index>(4 * sizeof(double) / sizeof(Scalar)) * lanes();
    return Work::numbers(s.width, s.value_width, tiles::most_vectors) + moments;
  }
  Index numbers() const { return most * numbers_of_a_block() + 5 * tiles::most_keys * lanes(); }

  void operator()(Index task, Scalar* memory) const {
    const Index head_chunk = task / plan.query_chunks, query_chunk = task % plan.query_chunks;
    const Shape& s = plan.shape;
    const Index first = plan.first_block(query_chunk), past = plan.first_block(query_chunk + 1);
    Team team;
    team.head_chunk = head_chunk;
    team.query_chunk = query_chunk;
    for (Index u = plan.first_unit(head_chunk); u < plan.first_unit(head_chunk + 1); ++u)
      for (Index of_group = 0; of_group < s.heads / s.groups; ++of_group)
        for (Index block = first; block < past; block += most) {
          team.b = u / s.groups;
          team.h = u % s.groups * (s.heads / s.groups) + of_group;
          start(team, block, Kokkos::min(block + most, past), memory);
          pass(team);
          for (Index n = 0; n < team.count; ++n) finish(team, n);
        }
  }

  Scalar factor(Index h) const { return pullback.score.scale / pullback.score.temperature.at(h); }

  void start(Team& team, Index first, Index past, Scalar* memory) const {
    const Shape& s = plan.shape;
    team.count = past - first;
    for (Index n = 0; n < team.count; ++n) {
      const int vectors = plan.cut.size(first + n), pitch = vectors * simd::width<Scalar>;
      const Index i = plan.cut.first(first + n);
      const auto queries = static_cast<int>(Kokkos::min<Index>(pitch, s.queries - i));
      team.pairs[n] = {team.b, team.h, i, 0, queries, 0, pitch};
      team.moments[n] = reinterpret_cast<double*>(memory);
      for (int m = 0; m < 4 * pitch && asks_moments(); ++m) team.moments[n][m] = 0;
      Work& work = team.work[n] = {s.width, s.value_width, vectors, d_q.size() > 0, pullback.gain.at(team.h)};
      work.start(memory + 4 * sizeof(double) / sizeof(Scalar) * lanes(), queries,
                 {row(pullback.score.q, team.b, team.h, i), s.width},
                 {row(pullback.d_o, team.b, team.h, i), s.value_width}, factor(team.h));
      for (int m = 0; m < pitch; ++m)
        m < queries ? work.set(m, pullback.lse(team.b, team.h, i + m), pullback.delta(team.b, team.h, i + m))
                    : work.set(m, minus_infinity<Scalar>, 0);
      memory += numbers_of_a_block();
    }
    for (auto& tile : team.tile) tile = memory, memory += tiles::most_keys * lanes();
  }

  void pass(Team& team) const {
    const Index keys = plan.shape.keys;
    for (Index j = 0; j < keys; j += tiles::most_keys)
      for (Index n = 0; n < team.count; ++n) {
        team.pairs[n].j = j;
        team.pairs[n].keys = static_cast<int>(Kokkos::min<Index>(tiles::most_keys, keys - j));
        absorb(team, n);
      }
  }

  void absorb(Team& team, Index n) const {
    const auto& score = pullback.score;
    const tiles::Block& pairs = team.pairs[n];
    const auto& [p, d_t, tile, spare, d_p] = team.tile;
    const Scalar tau = score.temperature.at(team.h);
    const tiles::Pairs which = additive.write(pairs, tau, tile, spare);
    if (which == tiles::Pairs::none) return;
    if (parts.d_pairs.data) tiles::fetch_pairs(part_of(parts.d_pairs, parts.pairs, team), pairs);
    const Index g = score.group(team.h), unit = team.b * plan.shape.groups + g;
    const Index from = (team.query_chunk * plan.units + unit) * plan.shape.keys + pairs.j;
    tiles::Additive<Scalar> added;
    if (which == tiles::Pairs::given) added = {tile, static_cast<Scalar>(tiles::log2_e / double(tau))};
    team.work[n].absorb({row(score.k, team.b, g, pairs.j), plan.shape.width},
                        {row(pullback.v, team.b, g, pairs.j), plan.shape.value_width}, pairs.keys, added,
                        {p, d_t, asks_moments() ? spare : nullptr, asks_moments() ? d_p : nullptr},
                        {parts.d_k ? parts.d_k + from * Work::padded(plan.shape.width) : nullptr,
                         parts.d_v ? parts.d_v + from * Work::padded(plan.shape.value_width) : nullptr});
    if (asks_moments()) add_moments(team, n, spare);
    give_back(team, pairs, double(tau));
  }

  void give_back(const Team& team, const tiles::Block& pairs, double tau) const {
    Scalar *const d_t = team.tile[1], *const spare = team.tile[3];
    if (parts.d_table) {
      const Index task = team.head_chunk * plan.query_chunks + team.query_chunk;
      const Index row = parts.rows == 1 ? 0 : team.h;
      gather.add(pairs, d_t, 1 / tau, parts.d_table + (task * parts.rows + row) * parts.numbers);
    }
    if (parts.d_prior.data)
      tiles::add_to_pairs(part_of(parts.d_prior, parts.prior, team), pairs, d_t, Scalar(1));
    if (parts.d_pairs.data)
      tiles::add_to_pairs(part_of(parts.d_pairs, parts.pairs, team), pairs, sloped(pairs, d_t, spare),
                          static_cast<Scalar>(1 / tau));
  }

  tiles::PairNumbers<Scalar> part_of(tiles::PairNumbers<Scalar> all, const bias::Shape4& extents,
                                     const Team& team) const {
    const Index part = plan.part(extents, team.head_chunk, team.query_chunk);
    all.data += part * static_cast<Index>(BackwardPlan::numbers(extents));
    return all;
  }

  // d_t times the slopes of the bias.
  const Scalar* sloped(const tiles::Block& pairs, const Scalar* d_t, Scalar* spare) const {
    if constexpr (std::is_same_v<Bias, bias::Tensor<Scalar>>) {
      return d_t;
    } else if constexpr (bias::HasPairs<Bias>) {
      for (int k = 0; k < pairs.keys; ++k)
        for (int n = 0; n < pairs.queries; ++n)
          spare[k * pairs.pitch + n] =
              d_t[k * pairs.pitch + n] * gather.bias.slope(pairs.b, pairs.h, pairs.i + n, pairs.j + k);
      return spare;
    }
    return d_t;
  }

  // sum_j p, p s, p d_p, p d_p s of every query; `scores` holds (t - l) log2(e).
  void add_moments(const Team& team, Index n, const Scalar* scores) const {
    const tiles::Block& pairs = team.pairs[n];
    const auto& score = pullback.score;
    const Scalar *const p = team.tile[0], *const d_p = team.tile[4];
    const double tau = double(score.temperature.at(team.h));
    for (int m = 0; m < pairs.queries; ++m) {
      double* const sum = team.moments[n] + 4 * m;
      const double l = double(pullback.lse(team.b, team.h, pairs.i + m));
      for (int k = 0; k < pairs.keys; ++k) {
        const double weight = double(p[k * pairs.pitch + m]);
        if (weight == 0) continue;
        const double t = double(scores[k * pairs.pitch + m]) / tiles::log2_e + l;
        const double s = tau * (t - double(score.prior.at(team.b, team.h, pairs.i + m, pairs.j + k)));
        const double weighted = weight * double(d_p[k * pairs.pitch + m]);
        sum[0] += weight;
        sum[1] += weight * s;
        sum[2] += weighted;
        sum[3] += weighted * s;
      }
    }
  }

  void finish(const Team& team, Index n) const {
    const tiles::Block& pairs = team.pairs[n];
    if (d_q.size() > 0)
      team.work[n].finish(pairs.queries, factor(team.h), row(d_q, team.b, team.h, pairs.i), plan.shape.width);
    for (int m = 0; m < pairs.queries && asks_moments(); ++m) {
      const double* const sum = team.moments[n] + 4 * m;
      const double tau = double(pullback.score.temperature.at(team.h));
      typename Pullback<Scalar, Source, Mask>::Sums sums{sum[0], sum[1], sum[2], sum[3]};
      const auto of_row = pullback.scores_and_gain(team.b, team.h, pairs.i + m, sums);
      if (share_of_temperature.size() > 0)
        share_of_temperature(team.b, team.h, pairs.i + m) = -of_row.first / (tau * tau);
      if (share_of_gain.size() > 0) share_of_gain(team.b, team.h, pairs.i + m) = of_row.second;
    }
  }
};

}  // namespace attune::attention::dense
