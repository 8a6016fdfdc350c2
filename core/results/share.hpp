// core/results/share.hpp
//
// The share of a field that this rank writes, as an item.
#pragma once

#include "core/domain/domain.hpp"
#include "core/results/item.hpp"

namespace attune::results {

// Deals the field out anew for writing, takes this rank's share to the host and names its place. The item has
// its axes already. Collective.
template <class Scalar> void fill_share(Item& item, const Field<Scalar>& field, const Domain& domain);

// Throws InputError(not_finite) on every rank alike, naming the first place in the whole data set. Collective
// where the item is divided.
void refuse_nan(const Item& item, const Communicator& ranks);

}  // namespace attune::results
