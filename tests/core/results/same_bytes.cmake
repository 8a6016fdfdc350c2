# The same result is written by 1, 2, 3 and 4 ranks; then the files are compared, and opened by those who may read them.
add_executable(results.write_sample results/write_sample.cpp)
target_link_libraries(results.write_sample PRIVATE Attune::results attune_warnings)

set(samples ${CMAKE_CURRENT_BINARY_DIR}/samples)
foreach(ranks 1 2 3 4)
  add_test(NAME results.sample.ranks${ranks}
           COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${ATTUNE_MPIEXEC_FLAGS}
                   $<TARGET_FILE:results.write_sample> ${samples}/${ranks})
  set_tests_properties(results.sample.ranks${ranks} PROPERTIES PROCESSORS ${ranks} TIMEOUT 120
    FIXTURES_SETUP results_samples ENVIRONMENT
    "OMP_NUM_THREADS=${ranks};OMP_PROC_BIND=false;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
endforeach()

foreach(ranks 2 3 4)
  add_test(NAME results.same_bytes.ranks1and${ranks} COMMAND diff -r ${samples}/1 ${samples}/${ranks})
  set_tests_properties(results.same_bytes.ranks1and${ranks} PROPERTIES FIXTURES_REQUIRED results_samples)
endforeach()

add_test(NAME results.open_files
         COMMAND ${ATTUNE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/../analysis/test_open_files.py ${samples}/2)
set_tests_properties(results.open_files PROPERTIES FIXTURES_REQUIRED results_samples SKIP_RETURN_CODE 77
                                                   ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)

add_test(NAME results.full_disk
         COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/full_disk.sh $<TARGET_FILE:results.write_sample>
                 ${CMAKE_CURRENT_BINARY_DIR}/small_disk ${MPIEXEC_EXECUTABLE} ${ATTUNE_MPIEXEC_FLAGS}
                 ${MPIEXEC_NUMPROC_FLAG})
set_tests_properties(results.full_disk PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120 PROCESSORS 3 ENVIRONMENT
  "OMP_NUM_THREADS=1;OMP_PROC_BIND=false;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
