// core/results/share.hpp
//
// This rank's share of a field, as an item to be written.
#pragma once

#include "core/domain/domain.hpp"
#include "core/results/item.hpp"

namespace attune::results {

// Copies the own cells of the field to the host and names their place. The item has its axes already.
template <class Scalar> void fill_share(Item& item, const Field<Scalar>& field, const Domain& domain);

// Throws InputError(not_finite) on every rank alike, naming the first place in the whole data set. Collective where the
// item is divided.
void refuse_nan(const Item& item, const Communicator& ranks);

}  // namespace attune::results
