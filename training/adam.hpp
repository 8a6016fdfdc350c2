// training/adam.hpp
//
// Adam, with g_t the gradient at x_{t-1}, entry by entry:
//
//   m_t = beta_1 m_{t-1} + (1 - beta_1) g_t          v_t = beta_2 v_{t-1} + (1 - beta_2) g_t^2
//   x_t = x_{t-1} - rate * (m_t / (1 - beta_1^t)) / (sqrt(v_t / (1 - beta_2^t)) + epsilon)
//
// Source   [kingma2015], algorithm 1
#pragma once

#include "training/progress.hpp"

namespace attune::training {

void adam(Point start, Progress& progress);

}  // namespace attune::training
