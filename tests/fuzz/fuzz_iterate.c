/* SPDX-License-Identifier: MIT */
/* Fuzz target: the mapping iterator on any registers and any tables, against armvirt_translate().
 */
#include "../map_check.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct random_machine machine;
    struct map_check check;

    random_machine_begin(&machine, data, size);
    if (map_check_run(&check, &machine) && check.failure != NULL) {
        (void)fprintf(stderr, "%s, before %#llx\n", check.failure, (unsigned long long)check.next);
        abort();
    }
    return 0;
}
