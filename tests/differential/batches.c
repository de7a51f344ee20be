/* SPDX-License-Identifier: MIT */
/* The machine and this program at work at the same time. */
#include "batches.h"

#include <string.h>

void run_batches(const struct batches *batches, const struct session *session, double seconds)
{
    double end = session_now() + seconds;
    uint64_t next = session->first;
    uint64_t last = session->groups == 0 ? UINT64_MAX : next + session->groups;
    bool more = batches->fill(batches->run, batches->batch[0], &next, last);

    for (unsigned this = 0; more; this = !this) {
        const void *results = batches->submit(batches->run, batches->batch[this]);

        more = (session->groups > 0 || session_now() < end) &&
               batches->fill(batches->run, batches->batch[!this], &next, last);
        batches->judge(batches->run, batches->batch[this], results, machine_wait(batches->machine));
    }
}

uint8_t *put_bytes(uint8_t *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}
