# What `cmake --install` lays down: the package that find_package(Attune) finds, and the command. A row a component, in the
# order of dependency; the same rows tell AttuneConfig.cmake what a component needs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Attune)
set(components "")
set(table "")

# attune_component(domain FOLDER core/domain NEEDS core PACKAGES MPI fmt)
# Installs the target attune_domain as Attune::domain and the headers of its folder. Who asks for it gets the components that
# it NEEDS as well; the PACKAGES are those that its interface links, static libraries' private ones among them.
macro(attune_component name)
  cmake_parse_arguments(COMPONENT "" "FOLDER" "NEEDS;PACKAGES" ${ARGN})
  set_target_properties(attune_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS attune_${name} EXPORT Attune_${name})
  install(EXPORT Attune_${name} NAMESPACE Attune:: DESTINATION ${package})
  if(COMPONENT_FOLDER)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${COMPONENT_FOLDER}/
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/attune/${COMPONENT_FOLDER} FILES_MATCHING PATTERN "*.hpp")
  endif()
  list(APPEND components ${name})
  string(APPEND table "set(Attune_${name}_needs \"${COMPONENT_NEEDS}\")\n"
                      "set(Attune_${name}_packages \"${COMPONENT_PACKAGES}\")\n")
endmacro()

attune_component(flags)
attune_component(core FOLDER core/core NEEDS flags PACKAGES Kokkos)
attune_component(attention FOLDER attention NEEDS core)
if(NOT ATTUNE_KERNELS_ONLY)
  attune_component(domain FOLDER core/domain NEEDS core PACKAGES MPI fmt)
  attune_component(deck FOLDER core/deck NEEDS core PACKAGES TOMLPLUSPLUS fmt)
  attune_component(results FOLDER core/results NEEDS domain PACKAGES MPI HDF5 XXHASH PNG fmt)
  attune_component(training FOLDER training NEEDS attention deck results PACKAGES Eigen3)
  attune_component(solvers FOLDER solvers NEEDS domain deck PACKAGES Eigen3 FFTW fmt)
endif()

list(JOIN components ", " components_said)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/AttuneConfig.cmake.in ${PROJECT_BINARY_DIR}/package/AttuneConfig.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/AttuneConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/AttuneConfig.cmake ${PROJECT_BINARY_DIR}/package/AttuneConfigVersion.cmake
        DESTINATION ${package})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The command finds its inputs from where it lies; the analysis is run with PYTHONPATH=PREFIX/share/attune.
if(NOT ATTUNE_KERNELS_ONLY)
  set_target_properties(attune attune_bench PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS attune attune_bench)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/inputs ${PROJECT_SOURCE_DIR}/analysis DESTINATION ${CMAKE_INSTALL_DATADIR}/attune
          PATTERN __pycache__ EXCLUDE)
endif()
