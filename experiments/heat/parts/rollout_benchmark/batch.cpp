// experiments/heat/parts/rollout_benchmark/batch.cpp
#include "experiments/heat/parts/rollout_benchmark/batch.hpp"

namespace attune::experiments::heat::rollout_benchmark {

Batch make_batch(const std::vector<Index>& cells, const std::string& boundary, std::size_t samples) {
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = attune::heat::boundaries_of({boundary}, dimensions);
  Box whole = grid_box(cells);
  const Triple one = whole.shape();
  if (dimensions < 3) whole.upper[2 - dimensions] = static_cast<Index>(samples);
  const Domain alone = Domain::alone().split(whole, attune::heat::periodic_axes(boundaries));
  return {{dimensions, boundary, boundaries, alone}, one, samples};
}

attune::heat::theory::Grid Batch::grid() const {
  auto grid = setting.grid();
  grid.cells = cells;
  return grid;
}

Samples multiplied(const Batch& batch, const Samples& samples, const attune::heat::Symbol& symbol) {
  const auto fields = loaded<double>(batch, samples);
  for (const auto& field : fields)
    attune::heat::apply_symbol(field, batch.setting.domain, batch.setting.boundaries, symbol);
  return unloaded(batch, fields);
}

}  // namespace attune::experiments::heat::rollout_benchmark
