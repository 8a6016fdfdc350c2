// training/checkpoint.hpp
//
// Weights in an HDF5 file, and with them all that training needs to go on bit for bit. At the root, in the
// names of describe():
//
//   NAME                                    a tensor
//   training.m.NAME, training.v.NAME        its moments, once a step was taken
//   training.average.NAME                   its average, where one is made
//   training.step, .epoch, .averaged        counters, scalars
//   training.record.loss, .gradient_norm, .rate      (epochs), once there is one
//   training.axisD_N                        the index along axis D of every data set with N entries there
//
// Names    letters, digits, '_', '-' and '.', which does not come first; no tensor begins with "training."
// Errors   reading: InputError(Exit::input), one line, the same on every rank that reads the same file: a
//          tensor missing or of another shape, one that the weights lack, a value that is not finite
#pragma once

#include "core/results/array_file.hpp"
#include "training/train.hpp"

namespace attune::training {

// Complete or absent. Collective, the same numbers on every rank; throws InputError(io or not_finite) on
// every rank.
void write_tensors(const std::string& path, const std::vector<Slice>& slices, const Vector& x,
                   const Provenance& provenance, const Domain& world);
void write_state(const std::string& path, const std::vector<Slice>& slices, const TrainState& state,
                 const Provenance& provenance, const Domain& world);

Vector read_tensors(const std::string& path, const std::vector<Slice>& slices);
TrainState read_state(const std::string& path, const std::vector<Slice>& slices);

template <class Weights>
void write_checkpoint(const std::string& path, const Weights& weights, const Provenance& provenance,
                      const Domain& world) {
  write_tensors(path, slices(weights), flatten(weights), provenance, world);
}

// The tensors of a file of either kind; of a state, those of the last iterate.
template <class Weights> void read_checkpoint(const std::string& path, Weights& weights) {
  unflatten(read_tensors(path, slices(weights)), weights);
}

}  // namespace attune::training
