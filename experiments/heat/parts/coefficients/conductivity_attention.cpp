// experiments/heat/parts/coefficients/conductivity_attention.cpp
#include "experiments/heat/parts/coefficients/conductivity_attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "core/core/sum.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace graph = attention::graph;

using Range = Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>;
constexpr int patience = 5;  // turns without a better one before an iteration counts as ended by rounding

// b_e = z_e + f_j
template <class Scalar> struct ShiftedBias {
  View1<const double> z;
  View1<const Index> key;
  View1<const double> f;
  View2<Scalar> bias;
  KOKKOS_FUNCTION void operator()(Index e) const { bias(0, e) = static_cast<Scalar>(z(e) + f(key(e))); }
};

// An own cell's place among the stored ones.
struct Stored {
  Triple own, halo;
  KOKKOS_FUNCTION Index operator()(Index n) const {
    const Index k = n / (own[1] * own[2]), j = n / own[2] % own[1], i = n % own[2];
    return ((k + halo[0]) * (own[1] + 2 * halo[1]) + j + halo[1]) * (own[2] + 2 * halo[2]) + i + halo[2];
  }
};

// u' of the flux form, in the place of o.
template <class Scalar> struct AddFlux {
  Field<Scalar> u;
  Stored place;
  View2<const Scalar> lse;
  View3<Scalar> o;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Scalar here = u.values.data()[place(n)];
    o(0, n, 0) = here + Kokkos::exp(lse(0, n)) * (o(0, n, 0) - here);
  }
};

// dL/do and dL/dl of the flux form from d = dL/du'.
template <class Scalar> struct FluxSeeds {
  Field<Scalar> u;
  Stored place;
  View2<const Scalar> lse;
  View3<const Scalar> o, d;
  View3<Scalar> d_o;
  View2<Scalar> d_lse;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Scalar sum = Kokkos::exp(lse(0, n));
    d_o(0, n, 0) = d(0, n, 0) * sum;
    d_lse(0, n) = d_o(0, n, 0) * (o(0, n, 0) - u.values.data()[place(n)]);
  }
};

// f <- (f - l) / 2, and |f + l| before.
template <class Scalar> struct Relax {
  Stored place;
  View2<const Scalar> lse;
  View1<double> f;
  KOKKOS_FUNCTION double operator()(Index n) const {
    double& own = f(place(n));
    const double apart = own + static_cast<double>(lse(0, n));
    own = (own - static_cast<double>(lse(0, n))) / 2;
    return apart;
  }
};

// x <- (b + x - A x) / 2, and |b - x - A x| before.
template <class Scalar> struct RelaxAdjoint {
  Stored place;
  View3<const Scalar> ax;
  View1<const Scalar> b;
  Field<Scalar> x;
  KOKKOS_FUNCTION double operator()(Index n) const {
    Scalar& own = x.values.data()[place(n)];
    const double apart = static_cast<double>(b(n) - own - ax(0, n, 0));
    own = (b(n) + own - ax(0, n, 0)) / 2;
    return apart;
  }
};

// e^l
template <class Scalar> struct Exponential {
  View2<const Scalar> lse;
  View1<Scalar> sums;
  KOKKOS_FUNCTION void operator()(Index n) const { sums(n) = Kokkos::exp(lse(0, n)); }
};

// b = d u' + u A d, where A d lies in `ad`.
template <class Scalar> struct AdjointRight {
  Field<Scalar> u;
  Stored place;
  View3<const Scalar> o, d, ad;
  View1<Scalar> b;
  KOKKOS_FUNCTION void operator()(Index n) const {
    b(n) = d(0, n, 0) * o(0, n, 0) + u.values.data()[place(n)] * ad(0, n, 0);
  }
};

// dL/dl that turns d_i u_j - d_i u'_i into d_i u_j - x_i.
template <class Scalar> struct AdjointSeeds {
  Field<Scalar> x;
  Stored place;
  View3<const Scalar> o, d;
  View2<Scalar> d_lse;
  KOKKOS_FUNCTION void operator()(Index n) const {
    d_lse(0, n) = d(0, n, 0) * o(0, n, 0) - x.values.data()[place(n)];
  }
};

// Turns until `turn`() -> distance reaches the tolerance or stops falling. The same on every rank.
template <class Turn> int iterate(const Turn& turn, double tolerance, int most, double& apart) {
  double best = std::numeric_limits<double>::infinity();
  int since = 0, turns = 0;
  while (turns < most && since < patience) {
    apart = turn();
    ++turns;
    if (apart <= tolerance) break;
    since = apart < best ? 0 : since + 1;
    best = std::min(best, apart);
  }
  return turns;
}

}  // namespace

template <class Scalar>
ConductivityAttention<Scalar>::ConductivityAttention(const ConductivityGraph& graph,
                                                     Normalisation normalisation)
    : graph_(graph),
      normalisation_(normalisation),
      z_("heat::conductivity::z", graph.edges()),
      bias_("heat::conductivity::bias", 1, graph.edges()),
      lse_("heat::conductivity::lse", 1, graph.neighbours.queries()),
      f_("heat::conductivity::f", graph.setting.domain.mine(), graph.halo),
      nothing_("heat::conductivity::nothing", 1) {}

template <class Scalar>
void ConductivityAttention<Scalar>::set(const View1<const double>& z, double tolerance, int turns) {
  Kokkos::deep_copy(z_, z);
  fill_bias();
  if (normalisation_ == Normalisation::sinkhorn) normalise(tolerance, turns);
}
template <class Scalar> void ConductivityAttention<Scalar>::set(const std::vector<double>& z) {
  set(to_device("heat::conductivity::z", z));
}

template <class Scalar>
void ConductivityAttention<Scalar>::apply(const Field<Scalar>& u, const Field<Scalar>& o) const {
  attend(u, o);
  if (normalisation_ != Normalisation::flux) return;
  Kokkos::parallel_for("heat::conductivity::flux", Range(0, graph_.neighbours.queries()),
                       AddFlux<Scalar>{u, Stored{o.box.shape(), u.halo}, lse_, rows(o)});
}

template <class Scalar>
View2<Scalar> ConductivityAttention<Scalar>::backward(const Field<Scalar>& u, const Field<Scalar>& d) const {
  const auto o = cells(), d_o = cells();
  const Index own = graph_.neighbours.queries();
  const View2<Scalar> d_lse("heat::conductivity::d_lse", 1, own),
      d_z("heat::conductivity::d_z", 1, bias_.extent(1));
  attend(u, o);
  Kokkos::deep_copy(d_o.values, d.values);
  if (normalisation_ == Normalisation::flux)
    Kokkos::parallel_for(
        "heat::conductivity::flux_seeds", Range(0, own),
        FluxSeeds<Scalar>{u, Stored{o.box.shape(), u.halo}, lse_, rows(o), rows(d), rows(d_o), d_lse});
  if (normalisation_ == Normalisation::sinkhorn) adjoint(u, o, d, d_lse);
  graph::Gradients<Scalar> gradients;
  gradients.d_bias = d_z;
  graph::backward(inputs(u), graph_.neighbours, {rows(o), lse_}, {rows(d_o), d_lse}, gradients);
  return d_z;
}

template <class Scalar> Field<Scalar> ConductivityAttention<Scalar>::field() const {
  return graph_.setting.domain.template field<Scalar>("heat::conductivity::u", graph_.halo);
}
template <class Scalar> Field<Scalar> ConductivityAttention<Scalar>::cells() const {
  return graph_.setting.domain.template field<Scalar>("heat::conductivity::o");
}
template <class Scalar> Field<Scalar> ConductivityAttention<Scalar>::row_sums() const {
  const auto sums = cells();
  Kokkos::parallel_for("heat::conductivity::row_sums", Range(0, graph_.neighbours.queries()),
                       Exponential<Scalar>{lse_, View1<Scalar>(sums.values.data(), sums.values.size())});
  return sums;
}

template <class Scalar> View3<Scalar> ConductivityAttention<Scalar>::rows(const Field<Scalar>& o) const {
  require(static_cast<Index>(o.values.size()) == graph_.neighbours.queries(), "a field without ghosts");
  return View3<Scalar>(o.values.data(), 1, o.values.size(), 1);
}

// Neither queries nor keys: a score is the bias of its edge.
template <class Scalar>
graph::Inputs<Scalar> ConductivityAttention<Scalar>::inputs(const Field<Scalar>& u) const {
  require(static_cast<Index>(u.values.size()) == graph_.neighbours.keys(), "a field with the ghosts of keys");
  graph::Inputs<Scalar> in;
  in.q = View3<const Scalar>(nothing_.data(), 1, graph_.neighbours.queries(), 0);
  in.k = View3<const Scalar>(nothing_.data(), 1, graph_.neighbours.keys(), 0);
  in.v = View3<const Scalar>(u.values.data(), 1, u.values.size(), 1);
  in.bias = bias_;
  in.scale = 1.0;
  return in;
}

template <class Scalar> void ConductivityAttention<Scalar>::fill_bias() const {
  const View1<const double> f(f_.values.data(), f_.values.size());
  Kokkos::parallel_for("heat::conductivity::bias", Range(0, graph_.edges()),
                       ShiftedBias<Scalar>{z_, graph_.neighbours.key, f, bias_});
}

template <class Scalar>
void ConductivityAttention<Scalar>::attend(const Field<Scalar>& u, const Field<Scalar>& o) const {
  graph_.setting.domain.exchange_halo(u);
  graph::forward(inputs(u), graph_.neighbours, {rows(o), lse_});
}

template <class Scalar> void ConductivityAttention<Scalar>::normalise(double tolerance, int most) {
  const auto& domain = graph_.setting.domain;
  const auto u = field(), o = cells();
  const Relax<Scalar> relax{Stored{o.box.shape(), f_.halo}, lse_,
                            View1<double>(f_.values.data(), f_.values.size())};
  const auto turn = [&] {
    graph::forward(inputs(u), graph_.neighbours, {rows(o), lse_});  // for its l alone
    const double apart =
        sum::largest("heat::conductivity::relax", graph_.neighbours.queries(), relax, domain.communicator());
    domain.exchange_halo(f_);
    fill_bias();
    return apart;
  };
  turns_ = iterate(turn, tolerance, most, apart_);
}

template <class Scalar>
void ConductivityAttention<Scalar>::adjoint(const Field<Scalar>& u, const Field<Scalar>& o,
                                            const Field<Scalar>& d, const View2<Scalar>& d_lse) const {
  const Range own(0, graph_.neighbours.queries());
  const Stored place{o.box.shape(), u.halo};
  const auto x = field(), ax = cells();
  const View1<Scalar> b("heat::conductivity::b", graph_.neighbours.queries());
  attune::heat::combine(x, {{1, d}});
  attend(x, ax);
  Kokkos::parallel_for("heat::conductivity::adjoint_right", own,
                       AdjointRight<Scalar>{u, place, rows(o), rows(d), rows(ax), b});
  const auto turn = [&] {
    attend(x, ax);
    return sum::largest("heat::conductivity::adjoint", graph_.neighbours.queries(),
                        RelaxAdjoint<Scalar>{place, rows(ax), b, x}, graph_.setting.domain.communicator());
  };
  double apart = 0;
  iterate(turn, 0, 200, apart);
  Kokkos::parallel_for("heat::conductivity::adjoint_seeds", own,
                       AdjointSeeds<Scalar>{x, place, rows(o), rows(d), d_lse});
  attend(u, o);
}

template class ConductivityAttention<float>;
template class ConductivityAttention<double>;

}  // namespace attune::experiments::heat::coefficients
