// core/results/share.cpp
#include "core/results/share.hpp"

#include "core/core/require.hpp"

namespace attune::results {
namespace {

template <class Scalar> std::vector<Scalar> own_cells(const Field<Scalar>& field) {
  const auto range = [&](int axis) {
    return Kokkos::pair<Index, Index>(field.halo[axis], field.halo[axis] + field.box.extent(axis));
  };
  if (field.box.empty()) return {};
  const View3<Scalar> own(Kokkos::view_alloc("results::own_cells", Kokkos::WithoutInitializing), field.box.extent(0),
                          field.box.extent(1), field.box.extent(2));
  Kokkos::deep_copy(own, Kokkos::subview(field.values, range(0), range(1), range(2)));
  return to_host(View1<Scalar>(own.data(), own.size()));
}

// Row-major place in the whole data set of the element `own` of this rank's box.
Index place_in_whole(const Item& item, Index own) {
  Index place = 0, stride = 1;
  for (std::size_t d = item.shape.size(); d-- > 0;) {
    place += (item.start[d] + own % item.count[d]) * stride;
    own /= item.count[d];
    stride *= item.shape[d];
  }
  return place;
}

}  // namespace

template <class Scalar> void fill_share(Item& item, const Field<Scalar>& field, const Domain& domain) {
  const int dimensions = static_cast<int>(item.axes.size());
  require(1 <= dimensions && dimensions <= 3, "field '" + item.name + "' has one to three axes");
  for (int axis = 0; axis < 3 - dimensions; ++axis)
    require(domain.whole().extent(axis) == 1, "field '" + item.name + "' has an axis for every direction with cells");
  std::vector<Index> shape;
  for (int axis = 3 - dimensions; axis < 3; ++axis) {
    shape.push_back(domain.whole().extent(axis));
    item.start.push_back(field.box.lower[axis] - domain.whole().lower[axis]);
    item.count.push_back(field.box.empty() ? 0 : field.box.extent(axis));
  }
  fill(item, shape, own_cells(field));
  item.divided = true;
}

template void fill_share(Item&, const Field<float>&, const Domain&);
template void fill_share(Item&, const Field<double>&, const Domain&);

void refuse_nan(const Item& item, const Communicator& ranks) {
  if (item.allows_nan) return;
  Index place = first_not_finite(item);
  if (item.divided) {
    double first = place < 0 ? -INFINITY : -static_cast<double>(place_in_whole(item, place));
    ranks.maximum(&first, 1);
    place = first == -INFINITY ? -1 : static_cast<Index>(-first);
  }
  if (place < 0) return;
  const std::string where = place_in(item.shape, place);
  throw InputError(Exit::not_finite, where.empty()
                                         ? "data set '" + item.name + "' is not finite"
                                         : "data set '" + item.name + "' has a value that is not finite at " + where);
}

}  // namespace attune::results
