// experiments/command/instruction_check.cpp
#include "experiments/command/instruction_set.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#include <unistd.h>

#include <cstring>

namespace attune::command {
namespace {

struct Feature {
  const char* name;
  bool present;
};

void say(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

// Priority 101 is the first that programs may use. Nothing of the C++ library stands ready yet.
[[gnu::constructor(101)]] void check_instruction_set() {
  __builtin_cpu_init();
  const Feature features[] = {{"sse4.2", __builtin_cpu_supports("sse4.2") != 0},
                              {"popcnt", __builtin_cpu_supports("popcnt") != 0},
                              {"avx", __builtin_cpu_supports("avx") != 0},
                              {"avx2", __builtin_cpu_supports("avx2") != 0},
                              {"fma", __builtin_cpu_supports("fma") != 0},
                              {"bmi", __builtin_cpu_supports("bmi") != 0},
                              {"bmi2", __builtin_cpu_supports("bmi2") != 0},
                              {"avx512f", __builtin_cpu_supports("avx512f") != 0},
                              {"avx512cd", __builtin_cpu_supports("avx512cd") != 0},
                              {"avx512bw", __builtin_cpu_supports("avx512bw") != 0},
                              {"avx512dq", __builtin_cpu_supports("avx512dq") != 0},
                              {"avx512vl", __builtin_cpu_supports("avx512vl") != 0},
                              {"avx512ifma", __builtin_cpu_supports("avx512ifma") != 0},
                              {"avx512vbmi", __builtin_cpu_supports("avx512vbmi") != 0},
                              {"avx512vnni", __builtin_cpu_supports("avx512vnni") != 0}};
  for (const char* const* needed = needed_features; *needed != nullptr; ++needed) {
    bool present = false;
    for (const auto& feature : features)
      present = present || (feature.present && std::strcmp(feature.name, *needed) == 0);
    if (present) continue;
    say("attune: this program was compiled for a processor with ");
    say(*needed);
    say(", which this one lacks; build it here, or with -DATTUNE_NATIVE=OFF\n");
    ::_exit(8);
  }
}

}  // namespace
}  // namespace attune::command
#endif
