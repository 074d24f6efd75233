#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "apus_files.h"
#include "apus_memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* From here on a file gets pages of its own, which models may keep. */
#define LARGE ((size_t)16 << 20)

/* Without O_NONBLOCK a pipe would wait for somebody to write. */
#define READING (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* How long a regular file is. A pipe or a socket has no end to seek to, and a device has it at 0: neither is read. */
static int length_of(int file, off_t *length) {
  *length = lseek(file, 0, SEEK_END);
  if (*length < 0 || lseek(file, 0, SEEK_SET) != 0) return errno;
  char byte;
  ssize_t count = pread(file, &byte, 1, 0);
  /* A directory claims 2^63 bytes. */
  if (count < 0) return errno;
  return *length == 0 && count != 0 ? ESPIPE : 0;
}

static int open_file(const char *path, int *file, off_t *length) {
  do {
    *file = open(path, READING);
  } while (*file < 0 && errno == EINTR);
  if (*file < 0) return errno;
  int error = length_of(*file, length);
  if (error) close(*file);
  return error;
}

/* Up to `length` bytes; how many there were is `used`. */
static int read_all(int file, char *bytes, size_t length, size_t *used) {
  *used = 0;
  while (*used < length) {
    ssize_t count = read(file, bytes + *used, length - *used);
    if (count == 0) break;
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    *used += (size_t)count;
  }
  return 0;
}

/* Read, not mapped: a mapped file that somebody shortens would end the host with SIGBUS. Pages of a large file are taken
 * only as bytes come in. */
int apus_shim_read_file(const char *path, apus_shim_contents *contents) {
  int file;
  off_t length;
  int error = open_file(path, &file, &length);
  if (error) return error;
  size_t size = (size_t)length;
  contents->mapped = size < LARGE ? 0 : size;
  if (contents->mapped) {
    contents->bytes = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (contents->bytes == MAP_FAILED) contents->bytes = NULL;
  } else {
    contents->bytes = malloc(size + 1);
  }
  if (contents->bytes) {
    apus_shim_prefer_large_pages(contents->bytes, size);
    error = read_all(file, contents->bytes, size, &contents->length);
    if (error) apus_shim_free_contents(contents);
  } else {
    error = ENOMEM;
  }
  close(file);
  return error;
}

int apus_shim_map_file(const char *path, apus_shim_contents *contents) {
  int file;
  off_t length;
  int error = open_file(path, &file, &length);
  if (error) return error;
  if (length == 0) {
    close(file);
    return apus_shim_read_file(path, contents);
  }
  contents->length = contents->mapped = (size_t)length;
  contents->bytes = mmap(0, contents->mapped, PROT_READ, MAP_PRIVATE, file, 0);
  if (contents->bytes == MAP_FAILED) error = errno;
  close(file);
  return error;
}

void apus_shim_free_contents(const apus_shim_contents *contents) {
  int error = errno;
  if (contents->mapped)
    munmap(contents->bytes, contents->mapped);
  else
    free(contents->bytes);
  errno = error;
}

int apus_shim_open_folder_of(const char *path, int *folder) {
  const char *slash = strrchr(path, '/');
  size_t length = slash ? (size_t)(slash - path) + 1 : 0;
  char *name = malloc(length + 2);
  if (!name) return ENOMEM;
  memcpy(name, path, length);
  memcpy(name + length, ".", 2);
  do {
    *folder = open(name, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  } while (*folder < 0 && errno == EINTR);
  int error = *folder < 0 ? errno : 0;
  free(name);
  return error;
}

/* A link would be ELOOP, or ENOTDIR where a folder is meant. */
static int open_part(int folder, const char *name, int flags, int *part) {
  do {
    *part = openat(folder, name, READING | O_NOFOLLOW | flags);
  } while (*part < 0 && errno == EINTR);
  return *part < 0 ? errno : 0;
}

int apus_shim_open_below(int folder, const char *name, int *file, int64_t *length) {
  size_t size = strlen(name) + 1;
  char *copy = malloc(size);
  if (!copy) return ENOMEM;
  memcpy(copy, name, size);
  int at = folder, error = 0;
  char *part = copy;
  for (char *slash = strchr(part, '/'); slash && !error; slash = strchr(part, '/')) {
    int next;
    *slash = 0;
    error = open_part(at, part, O_DIRECTORY, &next);
    if (at != folder) close(at);
    at = error ? folder : next;
    part = slash + 1;
  }
  if (!error) error = open_part(at, part, 0, file);
  if (at != folder) close(at);
  free(copy);
  if (error) return error;
  off_t end;
  error = length_of(*file, &end);
  if (error) close(*file);
  *length = end;
  return error;
}

int apus_shim_read_at(int file, void *bytes, size_t length, int64_t place) {
  char *next = bytes;
  while (length > 0) {
    ssize_t count = pread(file, next, length, (off_t)place);
    if (count == 0) return ENODATA;
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    next += count;
    place += count;
    length -= (size_t)count;
  }
  return 0;
}

void apus_shim_close(int file) { close(file); }

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
