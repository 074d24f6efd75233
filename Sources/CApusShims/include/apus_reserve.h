/* Memory for the time when there is none. */
#ifndef APUS_RESERVE_H
#define APUS_RESERVE_H

#include <stddef.h>
#include <stdint.h>

/* Embedded Swift's arrays and objects end the process where posix_memalign gives them nothing. In the shared library
 * they therefore get theirs from __wrap_posix_memalign (see reserve.c): from libc while it has any, then from a reserve
 * that the thread has set aside, so that the call can go on, be told at its end and fail with a status.
 *
 * Set `size` bytes of address space aside for what this thread allocates until apus_shim_reserve_end. Pages that are
 * never needed are never touched. Returns a ticket, or -1 if there is no room for so much. */
int32_t apus_shim_reserve_begin(size_t size);

/* Whether something had to be served from the reserve. All of that must be freed before the end. */
int32_t apus_shim_reserve_is_used(int32_t ticket);

/* Whether this thread's reserve has served something: time to come to an end, for it serves each byte once. */
int32_t apus_shim_memory_is_short(void);

/* Give the reserve back. */
void apus_shim_reserve_end(int32_t ticket);

#endif
