// core/results/share.cpp
#include "core/results/share.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "core/results/contents.hpp"

namespace attune::results {
namespace {

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

// The box of every rank as it is.
template <class Scalar> std::vector<Box> boxes_of(const Field<Scalar>& field, const Communicator& ranks) {
  std::vector<Box> boxes(ranks.size);
  ranks.gather(&field.box, sizeof(Box), boxes.data());
  return boxes;
}

// The box of every rank as it is best written: whole rows of chunks, in the order of the ranks. No chunk is
// then worked on by two ranks; and HDF5 from 1.14 on, which gives chunks their place in the file rank after
// rank, places them in their own order whatever the number of ranks.
std::vector<Box> rows_of_chunks(const Item& item, const Box& whole, int ranks) {
  const auto chunk = chunk_shape(item);
  std::size_t cut = 0;
  while (cut + 1 < chunk.size() && chunk[cut] == item.shape[cut]) ++cut;
  const Index rows = (item.shape[cut] + chunk[cut] - 1) / chunk[cut];
  const int axis = static_cast<int>(3 - chunk.size() + cut);
  std::vector<Box> boxes(ranks, whole);
  for (int rank = 0; rank < ranks; ++rank) {
    const Index first = rows * rank / ranks * chunk[cut], last = rows * (rank + 1) / ranks * chunk[cut];
    boxes[rank].lower[axis] = whole.lower[axis] + first;
    boxes[rank].upper[axis] = whole.lower[axis] + std::min(last, item.shape[cut]);
  }
  return boxes;
}

}  // namespace

template <class Scalar> void fill_share(Item& item, const Field<Scalar>& field, const Domain& domain) {
  const int dimensions = static_cast<int>(item.axes.size());
  require(1 <= dimensions && dimensions <= 3, "field '" + item.name + "' has one to three axes");
  for (int axis = 0; axis < 3 - dimensions; ++axis)
    require(domain.whole().extent(axis) == 1,
            "field '" + item.name + "' has an axis for every direction with cells");
  const Box& whole = domain.whole();
  item.shape.clear();
  for (int axis = 3 - dimensions; axis < 3; ++axis) item.shape.push_back(whole.extent(axis));
  item.width = sizeof(Scalar);

  const Communicator& ranks = domain.communicator();
  const auto rows = rows_of_chunks(item, whole, ranks.size);
  const Box& mine = rows[ranks.rank];
  const Field<Scalar> share("results::share", mine);
  domain.redistribute(field, boxes_of(field, ranks), share, rows);
  for (int axis = 3 - dimensions; axis < 3; ++axis) {
    item.start.push_back(mine.lower[axis] - whole.lower[axis]);
    item.count.push_back(mine.extent(axis));
  }
  fill(item, item.shape, to_host(View1<Scalar>(share.values.data(), share.values.size())));
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
  throw InputError(Exit::not_finite,
                   where.empty() ? "data set '" + item.name + "' is not finite"
                                 : "data set '" + item.name + "' has a value that is not finite at " + where);
}

}  // namespace attune::results
