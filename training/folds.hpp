// training/folds.hpp
//
// Cross-validation: every sample belongs to one of k folds, and is tested by what was trained on the others.
//
// plain     samples in random order are dealt to folds 0, 1, .., k - 1, 0, ..: sizes differ by one at most
// grouped   all samples of a group lie in one fold, so that near relatives (proteins of one cluster, steps of
//           one trajectory) never stand on both sides. Groups, the largest first and equal ones in random
//           order, each go to the smallest fold so far, the lowest of equal ones. The largest fold is at most
//           4/3 - 1/(3 k) times the smallest possible largest one [graham1969], and sizes differ by
//           at most the largest group
#pragma once

#include "training/batches.hpp"

namespace attune::training {

// The fold of each sample, in 0 .. k - 1.
using Folds = std::vector<int>;

Folds folds(Index samples, int k, const Random& random);

// group[i] is any number that names the group of sample i. Needs k groups at least.
Folds grouped_folds(const std::vector<Index>& group, int k, const Random& random);

struct Split {
  Samples train, test;  // in ascending order
};
Split split(const Folds& folds, int tested);

}  // namespace attune::training
