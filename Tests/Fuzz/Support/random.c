#include "random.h"

#include <float.h>
#include <math.h>
#include <string.h>

uint64_t random_next(uint64_t *state)
{
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

size_t random_below(uint64_t *state, size_t bound) { return (size_t)(random_next(state) % bound); }

byte_stream stream_of(const uint8_t *bytes, size_t length) { return (byte_stream){bytes, bytes + length}; }

int stream_is_empty(const byte_stream *stream) { return stream->next == stream->end; }

uint8_t take_byte(byte_stream *stream) { return stream_is_empty(stream) ? 0 : *stream->next++; }

uint32_t take_word(byte_stream *stream)
{
  uint32_t word = 0;
  for (int i = 0; i < 4; i++) word = word << 8 | take_byte(stream);
  return word;
}

size_t take_below(byte_stream *stream, size_t bound)
{
  if (bound <= 1) return 0;
  size_t number = take_byte(stream);
  for (size_t range = 256; range < bound; range <<= 8) number = number << 8 | take_byte(stream);
  return number % bound;
}

float take_float(byte_stream *stream)
{
  static const float special[] = {NAN, 0, -0.0f, INFINITY, -INFINITY, FLT_TRUE_MIN, -FLT_TRUE_MIN, FLT_MIN,
                                  -0.5f, 1e-35f, 31, 32, 33, 63.5f, 64, 16777215, 16777216, -1, FLT_MAX, -FLT_MAX,
                                  2147483648.0f, 4294967296.0f};
  uint8_t choice = take_byte(stream);
  if (choice < 200) return (float)(choice - 100) / 8;
  if (choice < 232) return special[(size_t)(choice - 200) % (sizeof special / sizeof *special)];
  uint32_t bits = take_word(stream);
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
