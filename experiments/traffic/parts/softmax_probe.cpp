// experiments/traffic/parts/softmax_probe.cpp
#include "experiments/traffic/parts/softmax_probe.hpp"

#include "attention/dense/shipped.hpp"
#include "attention/softmax.hpp"

namespace attune::attention::dense {
extern template struct Shipped<bias::Tensor, Full>;
}

namespace attune::experiments::traffic {
namespace {

namespace dense = attention::dense;
using Bias = attention::bias::Tensor<double>;
using Shipped = dense::Shipped<attention::bias::Tensor, attention::Full>;

View4<double> array(Index rows, Index columns, const std::vector<double>& values) {
  const View4<double> view("traffic::probe", 1, 1, rows, columns);
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t e = 0; e < values.size(); ++e) host.data()[e] = values[e];
  Kokkos::deep_copy(view, host);
  return view;
}

std::vector<double> numbers(const View4<double>& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  return {host.data(), host.data() + host.size()};
}

struct Response {
  std::vector<double> to_bias, to_values;
};

// Gradients of sum d_o o for queries that see the bias and the values alone.
Response response(Index queries, Index keys, const std::vector<double>& bias,
                  const std::vector<double>& values, Index width, const std::vector<double>& d_o,
                  double tau) {
  dense::Inputs<double> in;
  in.q = array(queries, 1, {});
  in.k = array(keys, 1, {});
  in.v = array(keys, width, values);
  in.temperature = to_device("traffic::temperature", std::vector<double>{tau});
  const Bias logits(array(queries, keys, bias));
  const dense::Outputs<double> out{array(queries, width, {}),
                                   View3<double>("traffic::probe_lse", 1, 1, queries)};
  Shipped::forward_double(in, logits, {}, out);
  dense::Gradients<double> gradients;
  gradients.d_v = array(keys, width, {});
  gradients.d_pairs = array(queries, keys, {});
  Shipped::backward_double(in, logits, {}, {out.o, out.lse, array(queries, width, d_o)}, gradients);
  Kokkos::fence("traffic::probe");
  return {numbers(gradients.d_pairs), numbers(gradients.d_v)};
}

}  // namespace

std::vector<double> attention_weights(const std::vector<double>& z, double tau) {
  std::vector<double> scores = z;
  for (double& s : scores) s /= tau;
  return attention::softmax(scores).p;
}

std::vector<double> attention_jacobian(const std::vector<double>& z, double tau) {
  const std::size_t n = z.size();
  std::vector<double> bias, unit(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    bias.insert(bias.end(), z.begin(), z.end());
    unit[i * n + i] = 1;
  }
  const auto size = static_cast<Index>(n);
  return response(size, size, bias, unit, size, unit, tau).to_bias;
}

std::vector<double> attention_gains(const std::vector<double>& phi, double tau) {
  const Response r = response(1, static_cast<Index>(phi.size()), phi, phi, 1, {1.0}, tau);
  std::vector<double> gains = r.to_bias;
  for (std::size_t j = 0; j < gains.size(); ++j) gains[j] += r.to_values[j];
  return gains;
}

}  // namespace attune::experiments::traffic
