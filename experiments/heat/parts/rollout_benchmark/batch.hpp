// experiments/heat/parts/rollout_benchmark/batch.hpp
//
// Many small fields of one grid, stepped together on one rank: lines and planes lie side by side along the free
// axis in front of theirs, as many as there are, so that one kernel steps them all; volumes each in a field.
// Samples are dealt to ranks by whole batches; a batch itself knows no other rank.
#pragma once

#include <vector>

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::experiments::heat::rollout_benchmark {

using Samples = std::vector<std::vector<double>>;  // (samples, cells)

struct Batch {
  Setting setting;  // of one field: the grid, with the samples along the free axis
  Triple cells;  // of one sample
  std::size_t samples;

  int first_axis() const { return 3 - setting.dimensions; }
  std::size_t side_by_side() const { return setting.dimensions < 3 ? samples : 1; }
  std::size_t fields() const { return samples / side_by_side(); }
  std::size_t cells_of_sample() const { return static_cast<std::size_t>(cells[0] * cells[1] * cells[2]); }
  attune::heat::theory::Grid grid() const;  // of one sample, for oracles
};

Batch make_batch(const std::vector<Index>& cells, const std::string& boundary, std::size_t samples);

template <class Scalar> using Fields = std::vector<Field<Scalar>>;

template <class Scalar> Fields<Scalar> empty_fields(const Batch& batch, const Triple& halo) {
  Fields<Scalar> fields;
  for (std::size_t f = 0; f < batch.fields(); ++f)
    fields.push_back(batch.setting.domain.field<Scalar>("heat::batch", halo));
  return fields;
}

template <class Scalar>
Fields<Scalar> loaded(const Batch& batch, const Samples& samples, const Triple& halo = {0, 0, 0}) {
  const auto fields = empty_fields<Scalar>(batch, halo);
  const std::size_t each = batch.side_by_side();
  for (std::size_t f = 0; f < fields.size(); ++f) {
    std::vector<double> values;
    for (std::size_t s = f * each; s < (f + 1) * each; ++s)
      values.insert(values.end(), samples[s].begin(), samples[s].end());
    attune::heat::assign(fields[f], values);
  }
  return fields;
}

template <class Scalar> Samples unloaded(const Batch& batch, const Fields<Scalar>& fields) {
  const auto cells = static_cast<std::ptrdiff_t>(batch.cells_of_sample());
  Samples samples;
  for (const auto& field : fields) {
    const auto values = batch.setting.domain.gather(field);
    for (auto begin = values.begin(); begin != values.end(); begin += cells)
      samples.emplace_back(begin, begin + cells);
  }
  return samples;
}

// Every mode of every sample multiplied by a symbol; theta of the free axis is to be left alone.
Samples multiplied(const Batch& batch, const Samples& samples, const attune::heat::Symbol& symbol);

// The same r along the axes of the grid.
inline attune::heat::Rates rates_of_batch(const Batch& batch, double r) {
  return attune::heat::rates_of(r, batch.setting.dimensions);
}

}  // namespace attune::experiments::heat::rollout_benchmark
