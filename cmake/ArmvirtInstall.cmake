# SPDX-License-Identifier: MIT
# What is installed, in four components: runtime (shared libraries), dev (headers, static libraries,
# CMake package, pkg-config files), docs, and tools (installed by examples/).
include(CMakePackageConfigHelpers)

set(libraries armvirt)
if(ARMVIRT_ENABLE_TEXT)
  list(APPEND libraries armvirt-text)
endif()
set(targets)
foreach(library IN LISTS libraries)
  foreach(kind IN LISTS ARMVIRT_KINDS)
    string(REPLACE armvirt-text text export ${library}-${kind})
    set_target_properties(${library}-${kind} PROPERTIES EXPORT_NAME ${export})
    list(APPEND targets ${library}-${kind})
  endforeach()
endforeach()

install(TARGETS ${targets} EXPORT armvirt-targets
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev
  ARCHIVE COMPONENT dev)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/armvirt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT dev FILES_MATCHING PATTERN "*.h")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/armvirt)
install(EXPORT armvirt-targets NAMESPACE armvirt:: DESTINATION ${package_dir} COMPONENT dev)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/armvirt-config.cmake.in
  ${PROJECT_BINARY_DIR}/armvirt-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/armvirt-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/armvirt-config.cmake
  ${PROJECT_BINARY_DIR}/armvirt-config-version.cmake DESTINATION ${package_dir} COMPONENT dev)

# pkg-config files find their prefix from where they lie, so that a staged tree works in place.
foreach(directory LIBDIR INCLUDEDIR)
  set(ARMVIRT_PC_${directory} ${CMAKE_INSTALL_${directory}})
  if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_${directory}})
    string(PREPEND ARMVIRT_PC_${directory} "\${prefix}/")
  endif()
endforeach()
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(ARMVIRT_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
else()
  string(REGEX REPLACE "[^/]+" ".." up ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  set(ARMVIRT_PC_PREFIX "\${pcfiledir}/${up}")
endif()
foreach(library IN LISTS libraries)
  configure_file(${PROJECT_SOURCE_DIR}/${library}.pc.in ${PROJECT_BINARY_DIR}/${library}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${library}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endforeach()

install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
  ${PROJECT_SOURCE_DIR}/SECURITY.md ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT docs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
  COMPONENT docs FILES_MATCHING PATTERN "*.md" PATTERN mainpage.md EXCLUDE)
