# SPDX-License-Identifier: MIT
# Everything a user may choose. Embedded in another project, only the libraries are built.
include(CMakeDependentOption)

# What is built beside the libraries.
option(ARMVIRT_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(ARMVIRT_BUILD_EXAMPLES "Build the examples and armvirt-inspect" ${PROJECT_IS_TOP_LEVEL})
option(ARMVIRT_BUILD_DOCS "Build the documentation (target docs)" OFF)
option(ARMVIRT_BUILD_FUZZERS "Build the libFuzzer targets (clang)" OFF)
option(ARMVIRT_BUILD_BENCH "Build the benchmarks (target bench)" OFF)
option(ARMVIRT_BUILD_DIFFERENTIAL "Build the comparison with a running QEMU" OFF)
option(ARMVIRT_INSTALL "Add install rules" ${PROJECT_IS_TOP_LEVEL})
option(ARMVIRT_WERROR "Make warnings errors" OFF)

# Which kinds of library. A system without shared libraries (CMAKE_SYSTEM_NAME Generic) gets the
# static ones; there is also no C library for text on it.
get_property(_hosted GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS)
if(NOT _hosted)
  set(_hosted OFF)
endif()
option(ARMVIRT_BUILD_STATIC "Build static libraries" ON)
option(ARMVIRT_BUILD_SHARED "Build shared libraries" ${_hosted})

set(ARMVIRT_KINDS)
if(ARMVIRT_BUILD_STATIC)
  list(APPEND ARMVIRT_KINDS static)
endif()
if(ARMVIRT_BUILD_SHARED)
  list(APPEND ARMVIRT_KINDS shared)
endif()

# The modules, in the order in which they build on each other. A new module is one line here and a
# directory src/<module>.
set(ARMVIRT_MODULES base pgtable tlb gic its smmu exc)
option(ARMVIRT_ENABLE_PGTABLE "Address translation (VMSA)" ON)
option(ARMVIRT_ENABLE_TLB "Translation lookaside buffer" ON)
option(ARMVIRT_ENABLE_GIC "Generic Interrupt Controller, versions 3 and 4" ON)
option(ARMVIRT_ENABLE_ITS "Interrupt Translation Service" ON)
cmake_dependent_option(ARMVIRT_ENABLE_SMMU "System Memory Management Unit, version 3" ON
                       "ARMVIRT_ENABLE_PGTABLE;ARMVIRT_ENABLE_TLB" OFF)
cmake_dependent_option(ARMVIRT_ENABLE_EXC "Exception model" ON ARMVIRT_ENABLE_PGTABLE OFF)
cmake_dependent_option(ARMVIRT_ENABLE_TEXT "libarmvirt-text: names and printers" ${_hosted}
                       ARMVIRT_ENABLE_PGTABLE OFF)

option(ARMVIRT_ENABLE_TRACE "Trace events (off: their calls fold to nothing)" ON)
set(ARMVIRT_ENABLE_BASE ON)

# Examples, and the tests beside unit/, use the modules together.
set(ARMVIRT_WHOLE ON)
foreach(module IN LISTS ARMVIRT_MODULES)
  string(TOUPPER ${module} module)
  if(NOT ARMVIRT_ENABLE_${module})
    set(ARMVIRT_WHOLE OFF)
  endif()
endforeach()
if(ARMVIRT_BUILD_EXAMPLES AND NOT ARMVIRT_WHOLE)
  message(STATUS "a module is left out: no examples, no armvirt-inspect")
  set(ARMVIRT_BUILD_EXAMPLES OFF)
endif()

if(NOT ARMVIRT_KINDS)
  message(FATAL_ERROR "ARMVIRT_BUILD_STATIC and ARMVIRT_BUILD_SHARED are both off")
endif()
if(NOT ARMVIRT_BUILD_STATIC AND ARMVIRT_BUILD_TESTS)
  message(FATAL_ERROR "the tests look inside and need ARMVIRT_BUILD_STATIC")
endif()
