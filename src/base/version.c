/* SPDX-License-Identifier: MIT */
/* The version that the library itself was built as. */
#include <armvirt/version.h>

#define TEXT_OF(x)                  #x
#define DOTTED(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

uint32_t armvirt_version(void)
{
    return ARMVIRT_VERSION;
}

const char *armvirt_version_string(void)
{
    return DOTTED(ARMVIRT_VERSION_MAJOR, ARMVIRT_VERSION_MINOR, ARMVIRT_VERSION_PATCH);
}
