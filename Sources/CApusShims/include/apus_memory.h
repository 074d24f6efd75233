/* Memory: the few calls to the C library. */
#ifndef APUS_MEMORY_H
#define APUS_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* `size` bytes, aligned to 64, or NULL. Ended by apus_shim_free. */
void *apus_shim_allocate(size_t size);
void apus_shim_free(void *memory);

/* Whether so much memory can be had now. */
int32_t apus_shim_has_room(size_t size);

/* Ask for large pages for memory that is large: without them half the time of filling it goes into faults for small
 * ones. A wish, which may come to nothing. */
void apus_shim_prefer_large_pages(const void *memory, size_t size);

/* Call `body` with APUS_STACK_SCRATCH bytes of uninitialised memory on the stack, aligned to 64. */
#define APUS_STACK_SCRATCH 24576
void apus_shim_with_stack_scratch(void *context, void (*body)(void *context, void *scratch));

#endif
