// core/results/agree.cpp
#include "core/results/agree.hpp"

#include <new>

#include "core/results/handle.hpp"

namespace attune::results {
namespace {

struct Failure {
  bool failed = false;
  Exit kind = Exit::done;
  std::string text;
};

Failure failure_of(Exit kind, const std::string& prefix, const std::function<void()>& body) {
  try {
    body();
  } catch (const Fault& fault) {
    return {true, kind, prefix + fault.what()};
  } catch (const InputError& error) {
    return {true, error.code, error.what()};
  } catch (const std::bad_alloc&) {
    return {true, kind, prefix + "out of memory"};
  }
  return {};
}

}  // namespace

void together(const Communicator& ranks, Exit kind, const std::string& prefix,
              const std::function<void()>& body) {
  Failure failure = failure_of(kind, prefix, body);
  double lowest = failure.failed ? -ranks.rank : -ranks.size;
  ranks.maximum(&lowest, 1);
  const int root = static_cast<int>(-lowest);
  if (root == ranks.size) return;

  std::uint64_t length = failure.text.size();
  ranks.broadcast(&length, sizeof length, root);
  failure.text.resize(length);
  ranks.broadcast(failure.text.data(), length, root);
  ranks.broadcast(&failure.kind, sizeof failure.kind, root);
  throw InputError(failure.kind, failure.text);
}

void on_first(const Communicator& ranks, Exit kind, const std::string& prefix,
              const std::function<void()>& body) {
  together(ranks, kind, prefix, [&] {
    if (ranks.rank == 0) body();
  });
}

}  // namespace attune::results
