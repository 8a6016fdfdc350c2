# What Attune needs. A Kokkos or Catch2 whose sources FETCHCONTENT_SOURCE_DIR_KOKKOS and FETCHCONTENT_SOURCE_DIR_CATCH2 name is
# built with Attune; else an installed one comes first; where there is none but a network, they are fetched by commit.
include(FetchContent)

if(NOT FETCHCONTENT_SOURCE_DIR_KOKKOS)
  find_package(Kokkos 4.6 QUIET CONFIG)
endif()
if(NOT Kokkos_FOUND)
  message(STATUS "No installed Kokkos >= 4.6 is used: its sources are")
  if(NOT DEFINED CMAKE_CXX_STANDARD)
    set(CMAKE_CXX_STANDARD 20) # Kokkos would take 17, and nvcc_wrapper no second word about it
  endif()
  FetchContent_Declare(Kokkos GIT_REPOSITORY https://github.com/kokkos/kokkos.git
                              GIT_TAG 1b1383c6001f3bfe9fe309ca923c2d786600cc79) # 4.6.01
  FetchContent_MakeAvailable(Kokkos)
  get_directory_property(Kokkos_VERSION DIRECTORY ${kokkos_SOURCE_DIR} DEFINITION Kokkos_VERSION)
endif()

if(NOT ATTUNE_KERNELS_ONLY)
  set(MPI_DETERMINE_LIBRARY_VERSION ON)
  find_package(MPI REQUIRED COMPONENTS CXX)
  set(HDF5_PREFER_PARALLEL ON)
  find_package(HDF5 REQUIRED COMPONENTS C)
  if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR "HDF5 was found without MPI; Attune writes its results in parallel. Debian: libhdf5-openmpi-dev")
  endif()
  find_package(Eigen3 3.4 REQUIRED NO_MODULE)
  if(Kokkos_ENABLE_CUDA) # Eigen works on the host alone
    target_compile_definitions(Eigen3::Eigen INTERFACE EIGEN_NO_CUDA)
  endif()
  find_package(fmt REQUIRED)
  if(Kokkos_ENABLE_CUDA)
    # fmt 9 takes nvcc for a compiler without constexpr functions, and then calls some from constexpr ones. Formats are checked
    # by the builds for processors: nvcc doesn't get through that as a constant expression.
    target_compile_definitions(fmt::fmt INTERFACE FMT_USE_CONSTEXPR=1 FMT_CONSTEVAL=)
  endif()
  find_package(CLI11 REQUIRED)
  find_package(PNG REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3)
  pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
  pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
endif()

if(ATTUNE_TESTS)
  if(NOT FETCHCONTENT_SOURCE_DIR_CATCH2)
    find_package(Catch2 3 QUIET CONFIG)
  endif()
  if(NOT Catch2_FOUND)
    set(catch2 https://github.com/catchorg/Catch2.git)
    set(reached 0)
    if(ATTUNE_KERNELS_ONLY AND NOT FETCHCONTENT_SOURCE_DIR_CATCH2)
      find_program(GIT git)
      execute_process(COMMAND ${CMAKE_COMMAND} -E env GIT_TERMINAL_PROMPT=0 ${GIT} ls-remote --exit-code ${catch2} HEAD
                      TIMEOUT 20 RESULT_VARIABLE reached OUTPUT_QUIET ERROR_QUIET)
    endif()
    if(reached EQUAL 0)
      message(STATUS "No installed Catch2 >= 3 is used: its sources are")
      FetchContent_Declare(Catch2 GIT_REPOSITORY ${catch2} GIT_TAG fa43b77429ba76c462b1898d6cd2f2d7a9416b14) # 3.7.1
      FetchContent_MakeAvailable(Catch2)
    else()
      message(STATUS "No Catch2 >= 3 and no network: the tests are left out (FETCHCONTENT_SOURCE_DIR_CATCH2 names a folder)")
      set(ATTUNE_TESTS OFF)
    endif()
  endif()
endif()

# What the tests hold the random numbers against.
if(ATTUNE_TESTS)
  find_package(Random123 QUIET)
endif()
