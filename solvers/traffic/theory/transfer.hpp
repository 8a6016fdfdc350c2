// solvers/traffic/theory/transfer.hpp
//
// How a vehicle answers the vehicles ahead, at the frequency w: X_n = sum_k G_k(i w) X_{n+k},
//
//   G_k(p) = (g_k p + f_k) / (p^2 - f_v p + sum_j f_j)
//
// and, with one leader, f_s = f_1 and f_l = g_1:
//
//   |denominator|^2 - |numerator|^2 = w^2 (w^2 - E),   E = f_l^2 + 2 f_s - f_v^2
//
// so |G| > 1 for 0 < w < sqrt(E) exactly; largest at w^2 = f_s E / (f_s + sqrt(f_s^2 + f_l^2 E)).
// Behind one head that moves alone, vehicle n moves as H_n = sum_{k <= n} G_k H_{n-k}, H_0 = 1: a driver
// with fewer vehicles ahead than the law has leaders takes the missing ones to move as uniform flow does.
//
// Source  string stability of a cascade, Wilson and Ward 2011 [wilson2011]; the maximum by differentiation
// Units   w [1/s], E [1/s^2], G without unit
// Limits  laws that do not look back (no cascade otherwise), refused by require; the vehicle itself must be
//         stable: f_v < 0 and sum f_k > 0
#pragma once

#include <vector>

#include "solvers/traffic/theory/symbol.hpp"

namespace attune::traffic::theory {

// G_k(p), entry k - 1.
std::vector<Complex> leader_transfers(const Linearisation& law, Complex p);

// G(p) of a law with one leader.
Complex transfer(const Linearisation& law, Complex p);

// H_1 .. H_n.
std::vector<Complex> cascade(const Linearisation& law, Complex p, int vehicles);

// Largest modulus of the roots of y^K = sum_k G_k y^(K-k): how |H_n| grows from vehicle to vehicle far down
// the row; with one leader |G|.
double cascade_gain(const Linearisation& law, Complex p);

double excess(const Linearisation& law);  // E of one leader
double band_edge(const Linearisation& law);  // sqrt(E), 0 where E <= 0

struct Peak {
  double gain = 1, frequency = 0;
};

// The largest |G(i w)| of one leader and where; 1 at w = 0 where E <= 0.
Peak largest_gain(const Linearisation& law);

// The same for cascade_gain of any number of leaders, by a scan of `samples` frequencies in geometric steps
// and golden sections around the best; 1 at w = 0 if none is larger.
Peak largest_cascade_gain(const Linearisation& law, int samples = 400);

}  // namespace attune::traffic::theory
