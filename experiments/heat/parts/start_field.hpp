// experiments/heat/parts/start_field.hpp
//
// What a rollout starts from: a photograph or map read from a file, or a synthetic field.
//
// A picture of the grid's own dimension is taken pixel for pixel. A two-dimensional one gives a line its
// middle row, and a volume the stack of its square tiles, row by row, of the side that makes the stack
// nearest to a cube.
#pragma once

#include <string>
#include <vector>

#include "core/core/random.hpp"
#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat {

struct Map {
  std::vector<Index> cells;  // per axis
  std::vector<double> values;  // row-major, the same on every rank
};

// PNG, PGM, or "FILE.h5:/dataset", looked for along the data path. A crop > 0 takes the centred part of at
// most so many cells along each axis first. Throws InputError (input). Collective.
Map read_map(const std::string& file, int dimensions, Index crop, const Communicator& ranks);

// The numbers of a training field: others for every seed of the list, seed of the deck and dimension; and of
// a start.
inline Random field_noise(Index seed, std::uint32_t deck_seed, int dimensions) {
  return {static_cast<std::uint32_t>(seed), 4 * deck_seed + static_cast<std::uint32_t>(dimensions)};
}
inline Random start_noise(Index seed, std::uint32_t deck_seed) {
  return {static_cast<std::uint32_t>(seed), 4 * deck_seed};
}

// "picture", "white", "fourier" or "gaussian" on the own cells of u.
template <class Scalar>
void start_from(const std::string& kind, const Field<Scalar>& u, const Setting& setting, const Map& picture,
                const Random& random);

}  // namespace attune::experiments::heat
