#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "apus_memory.h"
#include "apus_ranked_blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FIRST_READ ((size_t)16 << 20)
#define LARGE ((size_t)4 << 20)

void *apus_shim_allocate(size_t size) {
  if (size > SIZE_MAX - 64) return NULL;
  /* Not posix_memalign, which never fails here: see reserve.c. */
  return aligned_alloc(64, (size / 64 + 1) * 64);
}

void apus_shim_free(void *memory) { free(memory); }

int32_t apus_shim_has_room(size_t size) {
  /* Volatile, or the compiler would take memory that nobody uses for granted. */
  void *volatile memory = malloc(size);
  int32_t has_room = memory != NULL;
  free(memory);
  return has_room;
}

void apus_shim_prefer_large_pages(const void *memory, size_t size) {
#if defined(MADV_HUGEPAGE)
  /* To the ends of the first and the last page: realloc can move a block as a whole only if all its pages are alike. */
  static const uintptr_t page = 4096;
  uintptr_t start = (uintptr_t)memory / page * page;
  uintptr_t end = ((uintptr_t)memory + size + page - 1) / page * page;
  int error = errno;
  if (size >= LARGE) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
  errno = error;
#else
  (void)memory;
  (void)size;
#endif
}

/* Read, not mapped: a mapped file that somebody shortens would end the host with SIGBUS. What is expected is not
 * proved to be there (a directory claims 2^63 bytes), so large memory is taken only as bytes come in. */
static int read_all(int file, size_t expected, void **bytes, size_t *length) {
  size_t capacity = expected < FIRST_READ ? expected + 1 : FIRST_READ;
  size_t used = 0;
  char *buffer = malloc(capacity);
  if (!buffer) return ENOMEM;
  apus_shim_prefer_large_pages(buffer, capacity);
  while (used < expected) {
    if (used == capacity) {
      capacity = capacity > expected / 2 ? expected : capacity * 2;
      char *grown = realloc(buffer, capacity);
      if (!grown) {
        free(buffer);
        return ENOMEM;
      }
      buffer = grown;
      apus_shim_prefer_large_pages(buffer, capacity);
    }
    size_t wanted = (capacity < expected ? capacity : expected) - used;
    ssize_t count = read(file, buffer + used, wanted);
    if (count == 0) break;
    if (count < 0) {
      int error = errno;
      if (error == EINTR) continue;
      free(buffer);
      return error;
    }
    used += (size_t)count;
  }
  *bytes = buffer;
  *length = used;
  return 0;
}

int apus_shim_read_file(const char *path, void **bytes, size_t *length) {
  int file;
  do {
    /* Without O_NONBLOCK a pipe would wait for somebody to write. */
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  } while (file < 0 && errno == EINTR);
  if (file < 0) return errno;
  /* A pipe or a socket has no end to seek to, and a device has it at 0: neither is read. */
  off_t size = lseek(file, 0, SEEK_END);
  int error = size >= 0 && lseek(file, 0, SEEK_SET) == 0 ? 0 : errno;
  if (!error && size == 0) {
    char byte;
    ssize_t count = read(file, &byte, 1);
    if (count != 0) error = count < 0 ? errno : ESPIPE;
  }
  if (!error) error = read_all(file, (size_t)size, bytes, length);
  close(file);
  return error;
}

static int write_all(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(file, bytes, length);
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes += count;
    length -= (size_t)count;
  }
  return fsync(file) == 0 ? 0 : errno;
}

int apus_shim_write_file(const char *path, const void *bytes, size_t length) {
  static const char suffix[] = ".apus-000";
  size_t path_length = strlen(path);
  char *name = malloc(path_length + sizeof suffix);
  if (!name) return ENOMEM;
  memcpy(name, path, path_length);
  memcpy(name + path_length, suffix, sizeof suffix);
  char *digits = name + path_length + sizeof suffix - 4;
  int file = -1;
  /* Others may be writing the same file: each takes a name that nobody has. */
  for (int number = 0; number < 1000; number++) {
    digits[0] = (char)('0' + number / 100);
    digits[1] = (char)('0' + number / 10 % 10);
    digits[2] = (char)('0' + number % 10);
    do {
      file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
    } while (file < 0 && errno == EINTR);
    if (file >= 0 || errno != EEXIST) break;
  }
  int error = file >= 0 ? 0 : errno;
  if (!error) {
    error = write_all(file, bytes, length);
    if (close(file) != 0 && !error) error = errno;
    if (!error && rename(name, path) != 0) error = errno;
    if (error) unlink(name);
  }
  free(name);
  return error;
}

void apus_shim_error_text(int error, char *buffer, size_t capacity) {
  if (error == ESPIPE) {
    static const char text[] = "not a regular file";
    size_t length = sizeof text < capacity ? sizeof text : capacity;
    memcpy(buffer, text, length);
    buffer[length - 1] = 0;
    return;
  }
  if (strerror_r(error, buffer, capacity) != 0 && capacity > 0) buffer[0] = 0;
}

_Static_assert(APUS_BLOCK_SCRATCH <= APUS_STACK_SCRATCH, "the kernel for one row fits");

void apus_shim_with_stack_scratch(void *context, void (*body)(void *context, void *scratch)) {
  _Alignas(64) unsigned char scratch[APUS_STACK_SCRATCH];
  body(context, scratch);
}
