// solvers/heat/adi.cpp
#include "solvers/heat/adi.hpp"

#include "core/core/require.hpp"
#include "core/domain/division.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/differences.hpp"

namespace attune::heat {
namespace {

template <class Scalar> struct Change {
  Field<Scalar> u, change;
  Kokkos::Array<Scalar, 3> r;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar sum[lanes] = {};
    add_differences(u, r, at, sum);
    Scalar* const into = &change(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = sum[c];
  }
};

// Whether every rank holds its lines along an axis whole.
bool whole_lines(const std::vector<Box>& boxes, int axis, Index cells) {
  for (const Box& box : boxes)
    if (!box.empty() && box.extent(axis) != cells) return false;
  return true;
}

}  // namespace

template <class Scalar>
Adi<Scalar>::Adi(const Domain& domain, const Boundaries& boundaries, const Rates& r)
    : domain_(domain),
      boundaries_(boundaries),
      r_(r),
      change_(domain.template field<Scalar>("heat::adi::change")) {
  std::vector<Box> boxes = domain.boxes();
  Field<Scalar> change = change_;
  for (int axis = 2; axis >= 0; --axis) {  // x first: the axis that ranks divide last
    require(r[axis] >= 0, "rates are not negative");
    if (r[axis] == 0) continue;
    const Index cells = domain.whole().extent(axis);
    const bool moved = !whole_lines(boxes, axis, cells);
    if (moved) {
      boxes = pencils(domain.whole(), axis, domain.communicator().size);
      change = Field<Scalar>("heat::adi::lines", boxes[domain.communicator().rank]);
    }
    stages_.push_back({LineSolver<Scalar>(axis, boundaries[axis], cells, r[axis] / 2), boxes, change, moved});
  }
}

template <class Scalar> void Adi<Scalar>::step(const Field<Scalar>& u) const {
  if (stages_.empty()) return;
  require(u.box == change_.box, "a step of the domain that it was made for");
  for (int a = 0; a < 3; ++a) require(r_[a] == 0 || u.halo[a] >= 1, "a step reads one layer of ghosts");
  fill_ghosts(u, domain_, boundaries_);
  const Change<Scalar> change{u, change_, {Scalar(r_[0]), Scalar(r_[1]), Scalar(r_[2])}, Blocks(u.box)};
  Kokkos::parallel_for("heat::adi::change", change.blocks.policy(), change);

  Field<Scalar> from = change_;
  std::vector<Box> boxes = domain_.boxes();
  bool away = false;
  for (const Stage& stage : stages_) {
    away = away || stage.moved;
    if (stage.moved) domain_.redistribute(from, boxes, stage.change, stage.boxes);
    stage.lines.solve(stage.change);
    from = stage.change;
    boxes = stage.boxes;
  }
  if (away) domain_.redistribute(from, boxes, change_, domain_.boxes());
  combine<Scalar>(u, {{1, u}, {1, change_}});
}

template class Adi<float>;
template class Adi<double>;

}  // namespace attune::heat
