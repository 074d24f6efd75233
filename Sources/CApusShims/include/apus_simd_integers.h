/* Vectors of 32-bit words that hold smaller integers. Only kernels use this header: see apus_simd.h. */
#ifndef APUS_SIMD_INTEGERS_H
#define APUS_SIMD_INTEGERS_H

#include "apus_simd_floats.h"

/* Elements of a matrix in a word: see apus_integer_product. */
#if APUS_SIMD_BYTES == 64
#define APUS_WORD_ELEMENTS 4
#else
#define APUS_WORD_ELEMENTS 2
#endif

typedef apus_float_bits apus_integers;
typedef int8_t apus_integer_bytes __attribute__((ext_vector_type(APUS_SIMD_FLOATS)));
typedef int16_t apus_integer_halves __attribute__((ext_vector_type(APUS_SIMD_FLOATS)));

APUS_SHIM apus_integers apus_load_integers(const int32_t *p) {
  apus_integers v;
  memcpy(&v, p, sizeof v);
  return v;
}

APUS_SHIM void apus_store_integers(int32_t *p, apus_integers v) { memcpy(p, &v, sizeof v); }

/* Fewer than a vector has. */
APUS_SHIM void apus_store_some_integers(int32_t *p, apus_integers v, intptr_t count) {
  int32_t lanes[APUS_SIMD_FLOATS];
  memcpy(lanes, &v, sizeof v);
  for (intptr_t i = 0; i < count; i++) p[i] = lanes[i];
}

/* The word that begins at any byte. */
APUS_SHIM int32_t apus_load_integer(const uint8_t *p) {
  int32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

APUS_SHIM apus_integers apus_splat_integer(int32_t x) { return (apus_integers)x; }

/* sum + the products of the elements of each word of a and b. */
APUS_SHIM apus_integers apus_add_products(apus_integers sum, apus_integers a, apus_integers b) {
#if APUS_SIMD_BYTES == 64
  return (apus_integers)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif APUS_SIMD_BYTES == 32
  return sum + (apus_integers)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE4_1__)
  return sum + (apus_integers)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  return sum + ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

APUS_SHIM apus_floats apus_floats_of_integers(apus_integers v) { return __builtin_convertvector(v, apus_floats); }

/* The nearest whole number, the even one of two, of a number below 2^22: added to 1.5 * 2^23 it is in the low
 * bits. */
APUS_SHIM apus_integers apus_nearest_integers(apus_floats x) {
  return (apus_integers)(x + 12582912.0f) - 0x4B400000;
}

/* A word of each byte. `mask` is 255 for bytes without sign, else -1. */
APUS_SHIM apus_integers apus_integers_of_bytes(const uint8_t *p, int32_t mask) {
  apus_integer_bytes v;
  memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, apus_integers) & mask;
}

/* Zeros behind the first `count`, fewer than a vector has. */
APUS_SHIM apus_integers apus_integers_of_some_bytes(const uint8_t *p, intptr_t count, int32_t mask) {
  uint8_t lanes[APUS_SIMD_FLOATS] = {0};
  for (intptr_t i = 0; i < count; i++) lanes[i] = p[i];
  return apus_integers_of_bytes(lanes, mask);
}

/* The low byte of each word. */
APUS_SHIM void apus_store_low_bytes(uint8_t *p, apus_integers v) {
  apus_integer_bytes bytes = __builtin_convertvector(v, apus_integer_bytes);
  memcpy(p, &bytes, sizeof bytes);
}

APUS_SHIM void apus_store_some_low_bytes(uint8_t *p, apus_integers v, intptr_t count) {
  uint8_t lanes[APUS_SIMD_FLOATS];
  apus_store_low_bytes(lanes, v);
  for (intptr_t i = 0; i < count; i++) p[i] = lanes[i];
}

/* The low half of each word. */
APUS_SHIM void apus_store_low_halves(uint8_t *p, apus_integers v) {
  apus_integer_halves halves = __builtin_convertvector(v, apus_integer_halves);
  memcpy(p, &halves, sizeof halves);
}

#if APUS_SIMD_BYTES == 64
/* The first `count` bytes, of which there are at most 64, each more by `bias` modulo 256; zeros behind them. */
APUS_SHIM apus_integers apus_load_raised_bytes(const uint8_t *p, intptr_t count, int32_t bias) {
  __mmask64 mask = ~0ull >> (64 - count);
  __m512i bytes = _mm512_maskz_loadu_epi8(mask, p);
  return (apus_integers)_mm512_maskz_add_epi8(mask, bytes, _mm512_set1_epi8((char)bias));
}

/* The sum of all words. */
APUS_SHIM int32_t apus_sum_of_integers(apus_integers v) { return _mm512_reduce_add_epi32((__m512i)v); }
#endif

/* x, or y where it is less; y where x is no number. */
APUS_SHIM apus_floats apus_lesser(apus_floats x, apus_floats y) {
#if APUS_SIMD_BYTES == 64
  return (apus_floats)_mm512_min_ps((__m512)x, (__m512)y);
#elif APUS_SIMD_BYTES == 32
  return (apus_floats)_mm256_min_ps((__m256)x, (__m256)y);
#else
  return apus_choose_floats(x < y, x, y);
#endif
}

#endif
