/* random.h - numbers for fuzzers: a stream of the input's own bytes, and a generator with a seed. */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The next number of a repeatable stream (SplitMix64). */
uint64_t random_next(uint64_t *state);

/* A number in 0 ... bound - 1. */
size_t random_below(uint64_t *state, size_t bound);

/* The input as a list of decisions. Behind its end all bytes are 0, so that each prefix of an input means
 * something, and shorter inputs mean simpler things. */
typedef struct byte_stream {
  const uint8_t *next;
  const uint8_t *end;
} byte_stream;

byte_stream stream_of(const uint8_t *bytes, size_t length);
int stream_is_empty(const byte_stream *stream);
uint8_t take_byte(byte_stream *stream);
uint32_t take_word(byte_stream *stream);

/* A number in 0 ... bound - 1, from as few bytes as hold it. */
size_t take_below(byte_stream *stream, size_t bound);

/* A float: mostly a small multiple of 1/8, now and then a special value or any bits. */
float take_float(byte_stream *stream);

#endif /* FUZZ_RANDOM_H */
