# SPDX-License-Identifier: MIT
# The version stands in include/armvirt/version.h and nowhere else; this reads ARMVIRT_VERSION from there.
set(_version_header ${CMAKE_CURRENT_LIST_DIR}/../include/armvirt/version.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_version_header})
set(_version_parts)
foreach(_part MAJOR MINOR PATCH)
  file(STRINGS ${_version_header} _line REGEX "^#define ARMVIRT_VERSION_${_part} [0-9]+$")
  string(REGEX REPLACE ".* " "" _line "${_line}")
  list(APPEND _version_parts ${_line})
endforeach()
list(JOIN _version_parts . ARMVIRT_VERSION)
