/* Memory and files: the few calls to the C library. */
#ifndef APUS_MEMORY_H
#define APUS_MEMORY_H

#include <errno.h>
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

/* Read a whole file into memory that apus_shim_free ends. Returns 0, or an errno value. A directory is
 * EISDIR, a pipe ESPIPE. A file that grows meanwhile is read up to its first size. */
int apus_shim_read_file(const char *path, void **bytes, size_t *length);

/* Write a file so that `path` holds either what it held or all of `bytes`: under another name beside it first, then
 * renamed. Returns 0, or an errno value. */
int apus_shim_write_file(const char *path, const void *bytes, size_t length);

enum { APUS_SHIM_ENOMEM = ENOMEM };

/* A sentence for an errno value, into `buffer`, zero-terminated; safe in any thread. */
void apus_shim_error_text(int error, char *buffer, size_t capacity);

/* Call `body` with APUS_STACK_SCRATCH bytes of uninitialised memory on the stack, aligned to 64. */
#define APUS_STACK_SCRATCH 24576
void apus_shim_with_stack_scratch(void *context, void (*body)(void *context, void *scratch));

#endif
