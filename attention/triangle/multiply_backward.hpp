// attention/triangle/multiply_backward.hpp
//
// o is linear in a and in b. With a_ik and b_jk the sides wherever the form has them, L(o) gives
//
//   d_a_ik = sum_j d_o_ij b_jk = sum_j d_o_ij (b^T)_kj
//   d_b_jk = sum_i d_o_ij a_ik = sum_i (d_o^T)_ji (a^T)_ki
//
// which are forward's sum again, over grids read along their other axis: nothing is transposed in memory.
#pragma once

#include "attention/triangle/multiply_contract.hpp"

namespace attune::attention::triangle::multiply {

template <class Scalar, class Form>
void backward(const Inputs<Scalar>& in, const Form& form, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  require_shapes<Scalar>(in, form, up.d_o, up.first);
  require((gradients.d_a.size() == 0 || gradients.d_a.layout() == in.a.layout()) &&
              (gradients.d_b.size() == 0 || gradients.d_b.layout() == in.b.layout()),
          "d_a and d_b as a and b");
  const Grid<const Scalar> d_o = grid(up.d_o, up.first), a = sides(in.a, form), b = sides(in.b, form);
  const Index channels = shape_of(in, form).channels;
  if (gradients.d_a.size() > 0)
    contract("attention::triangle::multiply::backward_a",
             Contract<Scalar>{d_o, b.transposed(), sides(gradients.d_a, form), channels});
  if (gradients.d_b.size() > 0)
    contract("attention::triangle::multiply::backward_b",
             Contract<Scalar>{d_o.transposed(), a.transposed(), sides(gradients.d_b, form), channels});
}

}  // namespace attune::attention::triangle::multiply
