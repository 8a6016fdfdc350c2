// solvers/heat/initial.hpp
//
// Initial temperature fields on a cell-centred grid; x_j = (j + 1/2) / N in units of the axis. Own cells are
// written.
//
//   white noise   independent normal numbers, mean 0 and variance 1
//   smooth noise  white noise after the band-limited propagator with r = width^2 / 4 [cells^2]
//   fourier       sum over modes m_a = 0 .. highest (1 .. for sines) of c_m prod_a f(m_a, x_a), c_m normal,
//   unit variance;
//                 f = cos(2 pi m x + phase), cos(pi m x), sin(pi m x) for periodic, Neumann, Dirichlet axes
//   gaussian      exp(-|x - 1/2|^2 / (2 width^2))
//   mode          prod_a f(m_a, x_a) without phases; periodic axes take cos(2 pi m x_a)
#pragma once

#include <array>
#include <functional>

#include "core/core/random.hpp"
#include "solvers/heat/boundary.hpp"

namespace attune::heat {

template <class Scalar> void white_noise(const Field<Scalar>& u, const Box& whole, const Random& random);

template <class Scalar>
void smooth_noise(const Field<Scalar>& u, const Domain& domain, const Boundaries& boundaries,
                  const Random& random, double width);

template <class Scalar>
void fourier(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries, const Random& random,
             Index highest);

template <class Scalar> void gaussian(const Field<Scalar>& u, const Box& whole, double width);

template <class Scalar>
void mode(const Field<Scalar>& u, const Box& whole, const Boundaries& boundaries, const Triple& numbers);

// Own cells from a function of the position x_j, a number for each of (z, y, x); 1/2 along collapsed axes.
using Sample = std::function<double(const std::array<double, 3>& x)>;
template <class Scalar> void sample(const Field<Scalar>& u, const Box& whole, const Sample& function);

// Own cells from values of the own box, row-major.
template <class Scalar> void assign(const Field<Scalar>& u, const std::vector<double>& values);

}  // namespace attune::heat
