// attention/dense/backward_tiled.hpp
//
// backward in tiles: tiles/backward_block.hpp is the arithmetic, tiles/additive.hpp what bias, prior and mask
// add to the scores, tiles/gather.hpp what they get back, backward_plan.hpp the tasks and the parts they add
// to. What a row adds to d_tau and d_gain are covariances in double, as in pullback.hpp.
#pragma once

#include "attention/dense/backward_plan.hpp"
#include "attention/dense/forward_tiled.hpp"
#include "attention/dense/pullback.hpp"
#include "attention/tiles/gather.hpp"

namespace attune::attention::dense {

// Where the sums of a backward in tiles lie; null: nobody asks.
template <class Scalar> struct Parts {
  Scalar *d_k = nullptr, *d_v = nullptr;  // (slices, B, G, N, D'), (.., E')
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
  View4<double> moments;  // (B, H, M, 4), or empty
  Index turn;

  static constexpr Index most = tiles::most_blocks;
  struct Team {  // blocks of queries of one head that meet the same keys, and their work space
    Index b, h, count = 0;
    Index head_chunk, query_chunk;
    Index first_key, past_keys;
    Work work[most];
    tiles::Block pairs[most];
    Scalar *p[most], *d_t[most];
    Scalar *tile, *spare, *d_p, *near_keys;
  };

  bool asks_moments() const { return moments.size() > 0; }
  static Index lanes() { return tiles::most_vectors * simd::width<Scalar>; }
  Index numbers_of_a_block() const {
    return Work::numbers(plan.shape.width, plan.shape.value_width, tiles::most_vectors) +
           2 * tiles::most_keys * lanes();
  }
  Index numbers() const {
    return most * numbers_of_a_block() +
           tiles::most_keys * (3 * lanes() + tiles::near_pitch<Scalar>(plan.shape.width));
  }

  void operator()(Index task, Scalar* memory) const {
    const Shape& s = plan.shape;
    Team team;
    team.head_chunk = task / plan.query_chunks();
    team.query_chunk = task % plan.query_chunks();
    const Index key_chunk = (team.query_chunk + turn) % plan.chunks;
    team.first_key = plan.first_key(key_chunk);
    team.past_keys = plan.first_key(key_chunk + 1);
    const Index first = plan.first_block(team.query_chunk), past = plan.first_block(team.query_chunk + 1);
    // Heads one after the other where they share numbers of pairs, which are near then; else blocks of queries,
    // which share keys.
    const Index of_group = s.heads / s.groups, first_head = plan.first_unit(team.head_chunk) * of_group;
    const Index heads = plan.first_unit(team.head_chunk + 1) * of_group - first_head;
    const Index teams = (past - first + most - 1) / most;
    const bool heads_first = plan.shares_heads(parts.pairs) || plan.shares_heads(parts.prior);
    for (Index n = 0; n < heads * teams; ++n) {
      const Index head = first_head + (heads_first ? n % heads : n / teams);
      const Index block = first + (heads_first ? n / heads : n % teams) * most;
      team.b = head / s.heads;
      team.h = head % s.heads;
      if (turn == 0 && block == first && head % of_group == 0) clear_keys(team, head / of_group);
      start(team, block, Kokkos::min(block + most, past), memory);
      for (Index j = team.first_key; j < team.past_keys; j += tiles::most_keys) pass(team, j);
      for (Index m = 0; m < team.count; ++m) finish(team, m);
    }
  }

  Scalar factor(Index h) const { return pullback.score.scale / pullback.score.temperature.at(h); }

  // Row j of head g in the team's slice of d_k or d_v.
  Index row_of_keys(const Team& team, Index unit, Index j) const {
    return (team.query_chunk / plan.chunks * plan.units + unit) * plan.shape.keys + j;
  }
  void clear_keys(const Team& team, Index unit) const {
    const Index from = row_of_keys(team, unit, team.first_key), rows = team.past_keys - team.first_key;
    if (parts.d_k) zero(parts.d_k, from, rows, Work::padded(plan.shape.width));
    if (parts.d_v) zero(parts.d_v, from, rows, Work::padded(plan.shape.value_width));
  }
  static void zero(Scalar* data, Index from, Index rows, Index columns) {
    for (Index n = from * columns; n < (from + rows) * columns; ++n) data[n] = 0;
  }
  // The pairs of the team's block, where numbers that no other task clears meet them for the first time.
  void clear_pairs(const tiles::PairNumbers<Scalar>& numbers, const bias::Shape4& extents,
                   const tiles::Block& pairs) const {
    if (!numbers.data || !plan.tasks_clear(extents) || pairs.b >= extents[0] || pairs.h >= extents[1]) return;
    const auto& [batch, head, query, key] = numbers.strides;
    Scalar* const to = numbers.data + pairs.b * batch + pairs.h * head + pairs.i * query + pairs.j;
    for (int n = 0; n < pairs.queries; ++n)
      for (int k = 0; k < pairs.keys; ++k) to[n * query + k] = 0;
  }

  void start(Team& team, Index first, Index past, Scalar* memory) const {
    const Shape& s = plan.shape;
    team.count = past - first;
    for (Index n = 0; n < team.count; ++n) {
      const Index i = plan.cut.first(first + n);
      const int pitch = plan.cut.pitch(first + n), queries = plan.cut.queries_of(first + n);
      team.pairs[n] = {team.b, team.h, i, 0, queries, 0, pitch};
      Work& work = team.work[n] = {s.width, s.value_width, plan.cut.size(first + n), d_q.size() > 0,
                                   pullback.gain.at(team.h)};
      work.start(memory, queries, {row(pullback.score.q, team.b, team.h, i), s.width},
                 {row(pullback.d_o, team.b, team.h, i), s.value_width}, factor(team.h));
      for (int m = 0; m < pitch; ++m)
        m < queries ? work.set(m, pullback.lse(team.b, team.h, i + m), pullback.delta(team.b, team.h, i + m))
                    : work.set(m, minus_infinity<Scalar>, 0);
      memory += numbers_of_a_block();
      team.d_t[n] = memory - tiles::most_keys * lanes();
      team.p[n] = team.d_t[n] - tiles::most_keys * lanes();
    }
    for (auto* tile : {&team.tile, &team.spare, &team.d_p})
      *tile = memory, memory += tiles::most_keys * lanes();
    team.near_keys = memory;
  }

  // The blocks of the team past the keys from j on.
  void pass(Team& team, Index j) const {
    const Shape& s = plan.shape;
    const Index g = pullback.score.group(team.h), unit = team.b * s.groups + g;
    const auto keys = static_cast<int>(Kokkos::min<Index>(tiles::most_keys, team.past_keys - j));
    const auto k = tiles::near_rows<Scalar>({row(pullback.score.k, team.b, g, j), s.width}, keys, s.width,
                                            team.near_keys);
    tiles::Absorbed<Scalar> absorbed[most];
    int count = 0;
    for (Index n = 0; n < team.count; ++n) {
      team.pairs[n].j = j;
      team.pairs[n].keys = keys;
      if (absorb(team, n, k)) absorbed[count++] = {&team.work[n], team.p[n], team.d_t[n]};
    }
    const Index from = row_of_keys(team, unit, j);
    const Index width = Work::padded(s.width), value_width = Work::padded(s.value_width);
    tiles::add_to_keys<Scalar>(absorbed, count, keys,
                               {parts.d_k ? parts.d_k + from * width : nullptr, width,
                                parts.d_v ? parts.d_v + from * value_width : nullptr, value_width});
  }

  // False where no pair takes part.
  bool absorb(Team& team, Index n, const tiles::Rows<Scalar>& k) const {
    const auto& score = pullback.score;
    const tiles::Block& pairs = team.pairs[n];
    clear_pairs(parts.d_pairs, parts.pairs, pairs);
    clear_pairs(parts.d_prior, parts.prior, pairs);
    const Scalar tau = score.temperature.at(team.h);
    const tiles::Pairs which = additive.write(pairs, tau, team.tile, team.spare);
    if (which == tiles::Pairs::none) return false;
    if (parts.d_pairs.data) tiles::fetch_pairs(part_of(parts.d_pairs, parts.pairs, team), pairs);
    tiles::Additive<Scalar> added;
    if (which == tiles::Pairs::given) added = {team.tile, static_cast<Scalar>(log2_e<double> / double(tau))};
    const Scalar* const values = row(pullback.v, team.b, score.group(team.h), pairs.j);
    team.work[n].absorb(
        k, {values, plan.shape.value_width}, pairs.keys, added,
        {team.p[n], team.d_t[n], asks_moments() ? team.spare : nullptr, asks_moments() ? team.d_p : nullptr});
    if (asks_moments()) add_moments(team, n, team.spare);
    give_back(team, n, double(tau));
    return true;
  }

  void give_back(const Team& team, Index n, double tau) const {
    const tiles::Block& pairs = team.pairs[n];
    const Scalar* const d_t = team.d_t[n];
    if (parts.d_table) {
      const Index task = team.head_chunk * plan.query_chunks() + team.query_chunk;
      const Index row = parts.rows == 1 ? 0 : team.h;
      gather.add(pairs, d_t, 1 / tau, parts.d_table + (task * parts.rows + row) * parts.numbers);
    }
    if (parts.d_prior.data)
      tiles::add_to_pairs(part_of(parts.d_prior, parts.prior, team), pairs, d_t, Scalar(1));
    if (parts.d_pairs.data)
      tiles::add_to_pairs(part_of(parts.d_pairs, parts.pairs, team), pairs, sloped(pairs, d_t, team.spare),
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
    const Scalar *const p = team.p[n], *const d_p = team.d_p;
    const double tau = double(score.temperature.at(team.h));
    for (int m = 0; m < pairs.queries; ++m) {
      double* const sum = &moments(team.b, team.h, pairs.i + m, 0);
      const double l = double(pullback.lse(team.b, team.h, pairs.i + m));
      for (int k = 0; k < pairs.keys; ++k) {
        const double weight = double(p[k * pairs.pitch + m]);
        if (weight == 0) continue;
        const double t = double(scores[k * pairs.pitch + m]) / log2_e<double> + l;
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
      team.work[n].finish(pairs.queries, factor(team.h), row(d_q, team.b, team.h, pairs.i), plan.shape.width,
                          turn == 0 ? Work::Into::set : Work::Into::add);
  }
};

}  // namespace attune::attention::dense
