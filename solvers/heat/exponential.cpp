// solvers/heat/exponential.cpp
#include "solvers/heat/exponential.hpp"

#include <fftw3.h>

#include <cmath>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "core/domain/division.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::heat {
namespace {

struct Plan {
  fftw_plan plan = nullptr;
  Plan() = default;
  Plan(const Plan&) = delete;
  ~Plan() {
    if (plan != nullptr) fftw_destroy_plan(plan);
  }
};

fftw_r2r_kind kind_of(Boundary boundary, bool forward) {
  if (boundary == Boundary::neumann) return forward ? FFTW_REDFT10 : FFTW_REDFT01;
  if (boundary == Boundary::dirichlet) return forward ? FFTW_RODFT10 : FFTW_RODFT01;
  return forward ? FFTW_R2HC : FFTW_HC2R;
}

// All lines of a box along an axis, in place.
void plan_lines(Plan& made, double* values, const Box& box, int axis, fftw_r2r_kind kind) {
  const Triple stride{box.extent(1) * box.extent(2), box.extent(2), 1};
  fftw_iodim of_line{}, others[2]{};
  int other = 0;
  for (int a = 0; a < 3; ++a) {
    fftw_iodim& dimension = a == axis ? of_line : others[other++];
    dimension = {static_cast<int>(box.extent(a)), static_cast<int>(stride[a]), static_cast<int>(stride[a])};
  }
  made.plan =
      fftw_plan_guru_r2r(1, &of_line, 2, others, values, values, &kind, FFTW_ESTIMATE | FFTW_UNALIGNED);
  require(made.plan != nullptr, "FFTW plans every size");
}

template <class From, class To> struct CopyCells {
  Field<From> from;
  Field<To> to;
  Blocks blocks;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const From* const a = &from(at.k, at.j, at.i);
    To* const b = &to(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) b[c] = static_cast<To>(a[c]);
  }
};

template <class From, class To> void copy_cells(const Field<From>& from, const Field<To>& to) {
  const CopyCells<From, To> copy{from, to, Blocks(from.box)};
  Kokkos::parallel_for("heat::exponential::copy", copy.blocks.policy(), copy);
}

}  // namespace

// The lines of one axis: where they lie, and what is done to them there.
template <class Scalar> struct Exponential<Scalar>::Axis {
  int number = 0;  // z 0, y 1, x 2
  std::vector<Box> boxes;
  Field<double> lines;
  bool moved = false;  // from the division of the axis before
  std::vector<double> factor;  // exp(-r theta^2) over the length of a transform and back
  Kokkos::View<double***, Kokkos::LayoutRight, Kokkos::HostSpace> host;
  Plan forward, backward;

  template <class Change> void on_host(const Change& change) {
    if (lines.box.empty()) return;
    Kokkos::deep_copy(host, lines.values);
    change();
    Kokkos::deep_copy(lines.values, host);
  }
};

namespace {

bool whole_along(const std::vector<Box>& boxes, int axis, Index cells) {
  for (const Box& box : boxes)
    if (!box.empty() && box.extent(axis) != cells) return false;
  return true;
}

// values(z, y, x) *= the product of the factors of its angles.
void damp(double* values, const Box& box, const Kokkos::Array<const double*, 3>& factor) {
  for (Index z = box.lower[0]; z < box.upper[0]; ++z)
    for (Index y = box.lower[1]; y < box.upper[1]; ++y) {
      const double outer = factor[0][z] * factor[1][y];
      const double* const inner = factor[2] + box.lower[2];
      for (Index x = 0; x < box.extent(2); ++x) values[x] *= outer * inner[x];
      values += box.extent(2);
    }
}

}  // namespace

template <class Scalar>
Exponential<Scalar>::Exponential(const Domain& domain, const Boundaries& boundaries, const Rates& r)
    : domain_(domain), own_("heat::exponential::own", domain.mine()) {
  std::vector<Box> boxes = domain.boxes();
  Field<double> lines = own_;
  for (int axis = 2; axis >= 0; --axis) {  // x first: the axis that ranks divide last
    const Index cells = domain.whole().extent(axis);
    if (cells == 1 && boundaries[axis] == Boundary::periodic) continue;
    const auto made = std::make_shared<Axis>();
    made->number = axis;
    made->moved = !whole_along(boxes, axis, cells);
    if (made->moved) {
      boxes = pencils(domain.whole(), axis, domain.communicator().size);
      lines = Field<double>("heat::exponential::lines", boxes[domain.communicator().rank]);
    }
    made->boxes = boxes;
    made->lines = lines;
    made->host = Kokkos::create_mirror_view(Kokkos::HostSpace(), lines.values);
    const double length = static_cast<double>(boundaries[axis] == Boundary::periodic ? cells : 2 * cells);
    for (Index k = 0; k < cells; ++k)
      made->factor.push_back(std::exp(-r[axis] * std::pow(angle_of(boundaries[axis], k, cells), 2)) / length);
    if (!lines.box.empty()) {
      plan_lines(made->forward, made->host.data(), lines.box, axis, kind_of(boundaries[axis], true));
      plan_lines(made->backward, made->host.data(), lines.box, axis, kind_of(boundaries[axis], false));
    }
    axes_.push_back(made);
  }
}

template <class Scalar> void Exponential<Scalar>::step(const Field<Scalar>& u) const {
  if (axes_.empty()) return;
  require(u.box == own_.box, "a step of the domain that it was made for");
  copy_cells(u, own_);
  const auto move = [this](const Field<double>& from, const std::vector<Box>& from_boxes,
                           const Field<double>& to, const std::vector<Box>& to_boxes) {
    domain_.redistribute(from, from_boxes, to, to_boxes);
  };
  for (std::size_t n = 0; n < axes_.size(); ++n) {
    Axis& axis = *axes_[n];
    if (axis.moved)
      n == 0 ? move(own_, domain_.boxes(), axis.lines, axis.boxes)
             : move(axes_[n - 1]->lines, axes_[n - 1]->boxes, axis.lines, axis.boxes);
    if (n + 1 < axes_.size()) axis.on_host([&] { fftw_execute(axis.forward.plan); });
  }
  static constexpr double one = 1;
  Kokkos::Array<const double*, 3> factors{&one, &one, &one};
  for (const auto& axis : axes_) factors[axis->number] = axis->factor.data();
  for (std::size_t n = axes_.size(); n-- > 0;) {
    Axis& axis = *axes_[n];
    const bool last = n + 1 == axes_.size();
    axis.on_host([&] {
      if (last) {
        fftw_execute(axis.forward.plan);
        damp(axis.host.data(), axis.lines.box, factors);
      }
      fftw_execute(axis.backward.plan);
    });
    if (axis.moved)
      n == 0 ? move(axis.lines, axis.boxes, own_, domain_.boxes())
             : move(axis.lines, axis.boxes, axes_[n - 1]->lines, axes_[n - 1]->boxes);
  }
  copy_cells(own_, u);
}

template class Exponential<float>;
template class Exponential<double>;

}  // namespace attune::heat
