// bench/stencil.cpp
//
// The position-only window, a stencil with learned weights, on fields that exceed the last cache, with
// ghosts. Bytes are one read and one write of each cell.
#include "attention/window/reference.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace window = attention::window;
using attention::on_host_copy;

struct Setting {
  int dimensions;
  Index half_width;
  std::vector<Index> cells;

  std::string name() const {
    return "stencil_" + std::to_string(dimensions) + "d_w" + std::to_string(half_width);
  }
  window::Window window() const { return {window::box_offsets(dimensions, half_width), {}, grid_box(cells)}; }
  Triple halo() const { return {dimensions == 3 ? half_width : 0, half_width, half_width}; }
};

window::Table table_of(std::size_t offsets) {
  window::Table table;
  for (std::size_t o = 0; o < offsets; ++o) table.bias.push_back(Random{3, 1}.uniform(o) - 0.5);
  return table;
}

// The definition at one cell, in Real.
template <class Real, class Scalar, class Host>
Real cell_of(const Field<Scalar>& u, const Host& values, const window::reference::Row<Real>& row) {
  Real sum = 0;
  for (std::size_t w = 0; w < row.p.size(); ++w)
    sum += row.p[w] * static_cast<Real>(values(row.key[w][0] + u.halo[0], row.key[w][1] + u.halo[1],
                                               row.key[w][2] + u.halo[2]));
  return sum;
}

template <class Scalar> struct Stencil {
  window::Window window;
  window::Table table;
  Field<Scalar> u, o;

  explicit Stencil(const Setting& setting)
      : window(setting.window()),
        table(table_of(window.offsets.size())),
        u("bench::u", grid_box(setting.cells), setting.halo()),
        o("bench::o", grid_box(setting.cells)) {
    fill(u.values, 1);
  }
  void run() const { window::forward(u, window, table, o); }
  Compared compare() const {
    const auto in = on_host_copy(u.values), out = on_host_copy(o.values);
    const Index ny = u.box.extent(1), nx = u.box.extent(2);
    Entries<Scalar> entries;
    for (const Index cell : sample(u.box.cells(), 10000, 1)) {
      const Triple at{cell / (ny * nx), cell / nx % ny, cell % nx};
      const auto loops = window::reference::attend<Scalar>(window, table, u.box, at);
      const auto truth = window::reference::attend<Truth<Scalar>>(window, table, u.box, at);
      entries.absorb(out(at[0], at[1], at[2]), cell_of<Scalar>(u, in, loops),
                     cell_of<Truth<Scalar>>(u, in, truth));
    }
    Compared compared;
    entries.put_into(compared);
    return compared;
  }
};

template <class Scalar> Case stencil_case(Setting setting, Roof roof, double fraction) {
  // As many bytes in double as in float.
  setting.cells.front() =
      setting.cells.front() * static_cast<Index>(sizeof(float)) / static_cast<Index>(sizeof(Scalar));
  const auto offsets = setting.window().offsets.size();
  Case one{setting.name(),
           precision_of<Scalar>(),
           std::to_string(offsets) + " offsets",
           window::forward_cost(grid_box(setting.cells), offsets, sizeof(Scalar)),
           roof,
           {.fraction = fraction, .scales = roof == Roof::arithmetic},
           {},
           {}};
  one.prepare = [setting]() -> Prepared {
    const Stencil<Scalar> stencil(setting);
    return {[stencil] { stencil.run(); }, [stencil] { return stencil.compare(); }};
  };
  return one;
}

template <class Scalar> void add_cases(const Sizes& sizes, std::vector<Case>& cases) {
  // A device has arithmetic to spare below some 30 offsets; a core has not.
  constexpr double device = 0.85;
  cases.push_back(stencil_case<Scalar>({2, 1, sizes.plane}, Roof::bandwidth, on_host ? 0.85 : device));
  cases.push_back(stencil_case<Scalar>({2, 2, sizes.plane}, Roof::bandwidth, on_host ? 0.60 : device));
  cases.push_back(stencil_case<Scalar>({3, 1, sizes.space}, Roof::bandwidth, on_host ? 0.40 : device));
  cases.push_back(stencil_case<Scalar>({3, 2, sizes.space}, Roof::arithmetic, 0.40));
}

}  // namespace

Family stencil_family(const Sizes& sizes) {
  Family family{"stencil", {}};
  add_cases<float>(sizes, family.cases);
  add_cases<double>(sizes, family.cases);
  return family;
}

}  // namespace attune::bench
