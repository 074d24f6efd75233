/* Files: the few calls to the C library. Functions return 0, or an errno value. */
#ifndef APUS_FILES_H
#define APUS_FILES_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* A whole file in memory. */
typedef struct apus_shim_contents {
  void *bytes;
  size_t length;
  size_t mapped; /* bytes that munmap ends: `bytes` begin at a page then. Or 0: memory of malloc */
} apus_shim_contents;

/* Read a file. A directory is EISDIR, a pipe ESPIPE. A file that grows meanwhile is read up to its first size. */
int apus_shim_read_file(const char *path, apus_shim_contents *contents);

/* The same, but the bytes are the file's own, as they are when they are looked at. */
int apus_shim_map_file(const char *path, apus_shim_contents *contents);

/* End the memory. Contents of zeros are fine. */
void apus_shim_free_contents(const apus_shim_contents *contents);

/* Write a file so that `path` holds either what it held or all of `bytes`: under another name beside it first, then
 * renamed. */
int apus_shim_write_file(const char *path, const void *bytes, size_t length);

/* Open the folder that a file lies in. */
int apus_shim_open_folder_of(const char *path, int *folder);

/* Open a regular file below a folder and tell its length. `name` has parts between single slashes, none of them a
 * link. */
int apus_shim_open_below(int folder, const char *name, int *file, int64_t *length);

/* Fill memory from a place in a file. ENODATA: the file has become shorter. */
int apus_shim_read_at(int file, void *bytes, size_t length, int64_t place);

void apus_shim_close(int file);

enum { APUS_SHIM_ENOMEM = ENOMEM };

/* A sentence for an errno value, into `buffer`, zero-terminated; safe in any thread. */
void apus_shim_error_text(int error, char *buffer, size_t capacity);

#endif
