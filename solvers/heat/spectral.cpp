// solvers/heat/spectral.cpp
#include "solvers/heat/spectral.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/domain/division.hpp"

namespace attune::heat {
namespace {

enum class Direction { forward, backward };

// A real transform of one line. Planned without measuring and for any alignment: the same plan every time.
class LineTransform {
 public:
  LineTransform(Boundary boundary, Index cells, Direction direction)
      : line_(static_cast<std::size_t>(cells)) {
    constexpr fftw_r2r_kind kinds[3][2] = {
        {FFTW_R2HC, FFTW_HC2R}, {FFTW_RODFT10, FFTW_RODFT01}, {FFTW_REDFT10, FFTW_REDFT01}};
    const fftw_r2r_kind kind = kinds[static_cast<int>(boundary)][static_cast<int>(direction)];
    plan_ = fftw_plan_r2r_1d(static_cast<int>(cells), line_.data(), line_.data(), kind,
                             FFTW_ESTIMATE | FFTW_UNALIGNED);
    const double length = static_cast<double>(boundary == Boundary::periodic ? cells : 2 * cells);
    scale_ = direction == Direction::forward ? 1 / length : 1;
  }
  ~LineTransform() { fftw_destroy_plan(plan_); }
  LineTransform(const LineTransform&) = delete;
  LineTransform& operator=(const LineTransform&) = delete;

  void apply(double* first, Index stride) {
    for (std::size_t n = 0; n < line_.size(); ++n) line_[n] = first[static_cast<Index>(n) * stride];
    fftw_execute(plan_);
    for (std::size_t n = 0; n < line_.size(); ++n) first[static_cast<Index>(n) * stride] = scale_ * line_[n];
  }

 private:
  std::vector<double> line_;
  fftw_plan plan_ = nullptr;
  double scale_ = 1;
};

// Transforms every line along `axis` of a pencil held on the host, row-major, own cells only.
void transform_lines(double* values, const Box& pencil, int axis, Boundary boundary, Direction direction) {
  if (pencil.empty()) return;
  LineTransform transform(boundary, pencil.extent(axis), direction);
  const Triple stride{pencil.extent(1) * pencil.extent(2), pencil.extent(2), 1};
  Triple count = pencil.shape();
  count[axis] = 1;
  for (Index k = 0; k < count[0]; ++k)
    for (Index j = 0; j < count[1]; ++j)
      for (Index i = 0; i < count[2]; ++i)
        transform.apply(values + k * stride[0] + j * stride[1] + i * stride[2], stride[axis]);
}

void multiply(double* values, const Box& pencil, const Box& whole, const Boundaries& boundaries,
              const Symbol& symbol) {
  Index n = 0;
  for (Index z = pencil.lower[0]; z < pencil.upper[0]; ++z)
    for (Index y = pencil.lower[1]; y < pencil.upper[1]; ++y)
      for (Index x = pencil.lower[2]; x < pencil.upper[2]; ++x)
        values[n++] *=
            symbol({angle_of(boundaries[0], z, whole.extent(0)), angle_of(boundaries[1], y, whole.extent(1)),
                    angle_of(boundaries[2], x, whole.extent(2))});
}

// The field in double, moved to the lines of an axis and back.
struct Transposer {
  const Domain& domain;
  Field<double> field;
  std::vector<Box> boxes;

  void to_lines(int axis) {
    const auto lines = pencils(domain.whole(), axis, domain.communicator().size);
    const Field<double> moved("heat::spectral::lines", lines[domain.communicator().rank]);
    domain.redistribute(field, boxes, moved, lines);
    field = moved;
    boxes = lines;
  }
  template <class Change> void on_host(const Change& change) {
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field.values);
    change(host.data(), field.box);
    Kokkos::deep_copy(field.values, host);
  }
};

}  // namespace

double angle_of(Boundary boundary, Index k, Index cells) {
  if (cells == 1 && boundary == Boundary::periodic) return 0;
  const auto n = static_cast<double>(cells);
  if (boundary == Boundary::periodic)
    return 2 * std::numbers::pi * static_cast<double>(std::min(k, cells - k)) / n;
  return std::numbers::pi * static_cast<double>(boundary == Boundary::neumann ? k : k + 1) / n;
}

template <class Scalar>
void apply_symbol(const Field<Scalar>& u, const Domain& domain, const Boundaries& boundaries,
                  const Symbol& symbol) {
  const Field<double> own("heat::spectral::own", u.box);
  Kokkos::parallel_for(
      "heat::spectral::load", every_cell(u.box),
      KOKKOS_LAMBDA(Index k, Index j, Index i) { own(k, j, i) = u(k, j, i); });
  Transposer lines{domain, own, domain.boxes()};
  std::vector<int> axes;
  for (int axis = 0; axis < 3; ++axis)
    if (domain.whole().extent(axis) > 1 || boundaries[axis] != Boundary::periodic) axes.push_back(axis);

  for (const int axis : axes) {
    lines.to_lines(axis);
    lines.on_host([&](double* values, const Box& box) {
      transform_lines(values, box, axis, boundaries[axis], Direction::forward);
    });
  }
  lines.on_host(
      [&](double* values, const Box& box) { multiply(values, box, domain.whole(), boundaries, symbol); });
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    if (axis != axes.rbegin()) lines.to_lines(*axis);
    lines.on_host([&](double* values, const Box& box) {
      transform_lines(values, box, *axis, boundaries[*axis], Direction::backward);
    });
  }
  domain.redistribute(lines.field, lines.boxes, own, domain.boxes());
  Kokkos::parallel_for(
      "heat::spectral::store", every_cell(u.box),
      KOKKOS_LAMBDA(Index k, Index j, Index i) { u(k, j, i) = static_cast<Scalar>(own(k, j, i)); });
}

template void apply_symbol(const Field<float>&, const Domain&, const Boundaries&, const Symbol&);
template void apply_symbol(const Field<double>&, const Domain&, const Boundaries&, const Symbol&);

Symbol lattice_propagator(const Kokkos::Array<double, 3>& r) {
  return [r](const Angles& theta) {
    double rate = 0;
    for (int a = 0; a < 3; ++a) rate += 4 * r[a] * std::pow(std::sin(theta[a] / 2), 2);
    return std::exp(-rate);
  };
}

Symbol band_limited_propagator(const Kokkos::Array<double, 3>& r) {
  return [r](const Angles& theta) {
    double rate = 0;
    for (int a = 0; a < 3; ++a) rate += r[a] * theta[a] * theta[a];
    return std::exp(-rate);
  };
}

}  // namespace attune::heat
