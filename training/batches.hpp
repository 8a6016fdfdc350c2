// training/batches.hpp
//
// Which samples a step sees. Every epoch takes all samples once, in an order of its own: sorted by random
// keys that are functions of (seed, stream, epoch, sample), so the same on every rank, and without the epochs
// before. A batch is the next `batch` samples of that order; the last of an epoch may be smaller.
//
// A batch is cut into micro-batches, the pieces that an objective gets at once: the next `micro_batch`
// samples of the batch, the last may be smaller. Micro-batch j of a batch belongs to rank j mod ranks; what
// is in it depends on its place in the batch alone.
#pragma once

#include "core/core/random.hpp"
#include "core/core/views.hpp"

namespace attune::training {

using Samples = std::vector<Index>;  // numbers of samples

// The numbers 0 .. count - 1 in random order; every order is equally likely. Keys are 64 bits; two that are
// equal leave their numbers in order.
Samples shuffled(Index count, const Random& random, std::uint32_t draw);

// The given samples in the order of an epoch.
Samples order_of_epoch(const Samples& samples, const Random& random, Index epoch);

// Pieces of `size` of a list, the last one smaller.
Index pieces(Index count, Index size);
Samples piece(const Samples& list, Index number, Index size);

}  // namespace attune::training
