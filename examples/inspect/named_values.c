/* SPDX-License-Identifier: MIT */
/* Registers by name alone. */
#define _POSIX_C_SOURCE 200809L
#include "named_values.h"

#include "array.h"

#include <string.h>
#include <strings.h>

bool named_values_add(struct named_values *values, int cpu, const char *name, uint64_t value)
{
    struct named_value *item =
        array_reserve(values->item, values->count, &values->capacity, sizeof(*item));
    char *copy = strdup(name);

    if (item != NULL) {
        values->item = item;
    }
    if (item == NULL || copy == NULL) {
        free(copy);
        return false;
    }
    item[values->count++] = (struct named_value){copy, cpu, value};
    return true;
}

void named_values_free(struct named_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free(values->item[i].name);
    }
    free(values->item);
    *values = (struct named_values){0};
}

bool named_values_find(const struct named_values *values, int cpu, const char *name,
                       uint64_t *value)
{
    for (size_t i = values->count; i-- > 0;) {
        const struct named_value *item = &values->item[i];

        if ((item->cpu == cpu || item->cpu < 0) && strcasecmp(item->name, name) == 0) {
            *value = item->value;
            return true;
        }
    }
    return false;
}

bool named_values_of_device(const char *name)
{
    static const char *const prefixes[] = {"GICD_", "GICR", "GITS", "SMMU_", "GUEST_"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}
