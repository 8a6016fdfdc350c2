// attention/dense/instances_rounded_tables.cpp
//
// The shipped cases of bfloat16 with a bias that is a table, compiled once.
#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/shipped_rounded.hpp"

namespace attune::attention::dense {

ATTUNE_WIDENED_ELSEWHERE(bias::Relative<float>, Full)
ATTUNE_WIDENED_ELSEWHERE(bias::Bucket<float>, Full)

template struct ShippedRounded<bias::Relative<float>, Full>;
template struct ShippedRounded<bias::Bucket<float>, Full>;

}  // namespace attune::attention::dense
