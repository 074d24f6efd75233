#ifndef APUS_PARALLEL_H
#define APUS_PARALLEL_H

#include <stdint.h>

#define APUS_THREAD_LIMIT 1024

/* Call body(context, worker, i) for each 0 <= i < count, from at most `thread_count` threads: the caller's
 * and others that are started here and have ended when this returns. Each thread has a `worker` number of its
 * own, below thread_count. Allocates nothing. */
void apus_shim_parallel(int32_t thread_count, intptr_t count, void *context,
                        void (*body)(void *context, int32_t worker, intptr_t index));

/* Processors that are online, at least 1. */
int32_t apus_shim_processor_count(void);

/* Claims what a flag guards: 1 if nobody had it, else 0, at once. The claim is ended by apus_shim_unclaim. */
int32_t apus_shim_claim(uint32_t *flag);
void apus_shim_unclaim(uint32_t *flag);

#endif
