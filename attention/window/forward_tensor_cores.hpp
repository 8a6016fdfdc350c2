// attention/window/forward_tensor_cores.hpp
//
// Forward of window attention with content in bfloat16 on matrix units: which calls fit, and the call,
// for a launch(label, blocks, kernel) that runs kernels of attention/tensor_cores/.
#pragma once

#include "attention/tensor_cores/padded.hpp"
#include "attention/window/content_forward_cells.hpp"
#include "attention/window/tensor_core_problem.hpp"

namespace attune::attention::window::content {

// Coordinates, numbers of cells and of pieces of keys are 32-bit, and tables of differences stay below 2^24.
inline bool fits_tensor_cores(const Inputs<Bfloat16>& in, const Grid& grid) {
  if (grid.window.offsets.empty() || grid.cells() == 0) return false;
  constexpr double most_places = 1 << 30, most_differences = 1 << 24;
  double places = 1, differences = 1;
  for (int a = 0; a < 3; ++a) {
    double least = 0, most = 0;
    for (const auto& offset : grid.window.offsets) {
      least = std::min(least, static_cast<double>(offset[a]));
      most = std::max(most, static_cast<double>(offset[a]));
    }
    const double cells = static_cast<double>(grid.own.extent(a) + 2 * grid.halo[a]);
    places *= cells + most - least + QueryBoxes::piece;
    const BoxAxis axis = box_axis(grid, a);
    differences *= axis.differences + (a == 2 ? OffsetTable::before : 0);
  }
  const Index width = std::max(in.q.extent(2), in.v.extent(2));
  return places < most_places && differences < most_differences && width <= tensor_cores::most_width &&
         score_scale<float>(in.scale, static_cast<Index>(in.q.extent(2))) > 0;
}

template <bool biased, class Launch>
void forward_in_pieces(const TensorCoreProblem<biased>& problem, const Launch& launch) {
  using Problem = TensorCoreProblem<biased>;
  tensor_cores::of_width(std::max(problem.width(), problem.value_width()), [&](auto width) {
    const tensor_cores::Forward<width(), Problem> kernel{problem};
    launch("attention::window::content::forward_tensor_cores", kernel.blocks(), kernel);
  });
}

// False, and nothing is done, where the call is not for tensor cores: besides fits_tensor_cores(), an offset may
// be in the list but once.
template <class Launch>
bool forward_on_tensor_cores(const Inputs<Bfloat16>& in, const Grid& grid, const Outputs<Bfloat16>& out,
                             const Launch& launch) {
  require_shapes(in, grid, out);
  if (!fits_tensor_cores(in, grid)) return false;
  const auto& offsets = grid.window.offsets;
  const QueryBoxes boxes = query_boxes(grid);
  const auto table = offset_table(boxes, offsets);
  if (!table) return false;

  auto padded = in;
  padded.q = tensor_cores::in_pieces(in.q);
  padded.k = tensor_cores::in_pieces(in.k);
  padded.v = tensor_cores::in_pieces(in.v);
  const Outputs<Bfloat16> o{tensor_cores::to_fill(out.o), out.lse};
  const float scale = score_scale<float>(in.scale, tensor_cores::width_of(in.q));
  if (in.bias.size() > 0)
    forward_in_pieces(
        TensorCoreProblem<true>{padded, o, boxes, *table, bias_table(*table, boxes, offsets, in.bias), scale},
        launch);
  else
    forward_in_pieces(TensorCoreProblem<false>{padded, o, boxes, *table, View2<float>(), scale}, launch);
  tensor_cores::copy_back(o.o, out.o);
  return true;
}

}  // namespace attune::attention::window::content
