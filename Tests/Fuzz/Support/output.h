/* output.h - bytes that are written one after the other into memory of a fixed size. */
#ifndef FUZZ_OUTPUT_H
#define FUZZ_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct output {
  uint8_t *bytes;
  size_t capacity;
  size_t length;
  int failed; /* something did not fit, or could not be said */
} output;

static inline void put(output *out, const void *bytes, size_t length)
{
  if (out->failed || length > out->capacity - out->length) {
    out->failed = 1;
    return;
  }
  if (length) memcpy(out->bytes + out->length, bytes, length);
  out->length += length;
}

static inline void put_byte(output *out, uint8_t byte) { put(out, &byte, 1); }

#endif /* FUZZ_OUTPUT_H */
