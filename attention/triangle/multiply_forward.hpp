// attention/triangle/multiply_forward.hpp
//
// o_ij = sum_k a_ik b_jk, where a_ik stands for the side of i and k, wherever the form has it.
#pragma once

#include "attention/triangle/multiply_contract.hpp"

namespace attune::attention::triangle::multiply {

template <class Scalar, class Form>
void forward(const Inputs<Scalar>& in, const Form& form, const Outputs<Scalar>& out) {
  require_shapes<Scalar>(in, form, out.o, out.first);
  contract("attention::triangle::multiply::forward",
           Contract<Scalar>{sides(in.a, form), sides(in.b, form), grid(out.o, out.first),
                            shape_of(in, form).channels});
}

}  // namespace attune::attention::triangle::multiply
