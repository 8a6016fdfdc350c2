# One interface target carries the flags of every Attune library and travels with the exported targets.
include(GNUInstallDirs)
add_library(attune_flags INTERFACE)
add_library(Attune::flags ALIAS attune_flags)
target_compile_features(attune_flags INTERFACE cxx_std_20)
target_include_directories(attune_flags INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/attune>)

# Floating expressions are not contracted: the same bytes whichever loop a cell falls into. Kernels that want fused
# multiply-add call it by name.
target_compile_options(attune_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-ffp-contract=off>)
# nvcc, which stands before g++ there, has its own word for that, and does not know the pragmas of loops that a processor
# alone runs.
if(Kokkos_ENABLE_CUDA)
  target_compile_options(attune_flags INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:--fmad=false> "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:SHELL:-Xcudafe --diag_suppress=unrecognized_gcc_pragma>")
endif()
# A broken promise names its file from the root of the tree, wherever that was built.
target_compile_options(attune_flags INTERFACE
  $<BUILD_INTERFACE:$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=>>)
if(ATTUNE_NATIVE)
  target_compile_options(attune_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-march=native>)
endif()
if(ATTUNE_CHECKS)
  target_compile_definitions(attune_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(ATTUNE_SANITIZE)
  target_compile_options(attune_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                -fno-omit-frame-pointer)
  target_link_options(attune_flags INTERFACE -fsanitize=address,undefined)
endif()

add_library(attune_warnings INTERFACE)
target_compile_options(attune_warnings INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-Wall -Wextra>)
