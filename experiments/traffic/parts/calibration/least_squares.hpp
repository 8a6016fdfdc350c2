// experiments/traffic/parts/calibration/least_squares.hpp
//
// Least squares by the method of Levenberg and Marquardt, the derivatives by differences:
//
//   (J^T J + mu diag J^T J) dz = -J^T r,   mu smaller after a step that lowers |r|^2, larger after one that does not
//
// Source  Levenberg 1944 [levenberg1944]; Marquardt 1963 [marquardt1963]; mu as in Nielsen 1999 [nielsen1999]
// Cost    one evaluation a parameter and step, one a trial
#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

namespace attune::experiments::traffic::calibration {

struct Problem {
  std::size_t residuals = 0;
  std::function<bool(const std::vector<double>& z, double* residual)> evaluate;  // false: no finite answer
};

struct Search {
  int iterations = 100;
  double least_fall = 1e-6;  // of |r|^2 in a step, relative: below it the search ends
  double least_rms = 1e-11;  // of the residuals: there is nothing left to explain
  double longest_step = 1;  // of each z
  std::vector<double> centre{};  // of the first of them, which stay within `reach`
  double reach = 3;
};

struct Minimum {
  std::vector<double> z;
  double rms = 0;  // infinite where the start has no finite answer
  int iterations = 0;
};

Minimum minimum_near(const Problem& problem, std::vector<double> z, const Search& search);

// (residuals, z), by central differences; columns that have no finite answer are zero.
Eigen::MatrixXd jacobian(const Problem& problem, const std::vector<double>& z);

}  // namespace attune::experiments::traffic::calibration
