/* Vectors of bytes as wide as the level has them, and what Swift cannot spell of their operations. Every function is
 * a few instructions; the comments give the meaning for each byte. Only kernels use this header: it is compiled for
 * the level of the module that imports it. */
#ifndef APUS_SIMD_H
#define APUS_SIMD_H

#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "apus_math.h"

#if defined(__AVX512BW__) && defined(__AVX512VBMI__)
#define APUS_SIMD_BYTES 64
#elif defined(__AVX2__)
#define APUS_SIMD_BYTES 32
#else
#define APUS_SIMD_BYTES 16
#endif

typedef int8_t apus_bytes __attribute__((ext_vector_type(APUS_SIMD_BYTES)));

/* What a comparison gives: a bit for each byte, or a byte of ones for each. */
#if APUS_SIMD_BYTES == 64
typedef uint64_t apus_mask;
#else
typedef apus_bytes apus_mask;
#endif

APUS_SHIM apus_bytes apus_load(const int8_t *p) {
  apus_bytes v;
  memcpy(&v, p, sizeof v);
  return v;
}

APUS_SHIM void apus_store(int8_t *p, apus_bytes v) { memcpy(p, &v, sizeof v); }

APUS_SHIM apus_bytes apus_splat(int8_t x) { return (apus_bytes)x; }

/* x > y */
APUS_SHIM apus_mask apus_above(apus_bytes x, apus_bytes y) {
#if APUS_SIMD_BYTES == 64
  return _mm512_cmpgt_epi8_mask((__m512i)x, (__m512i)y);
#elif APUS_SIMD_BYTES == 32
  return (apus_bytes)_mm256_cmpgt_epi8((__m256i)x, (__m256i)y);
#elif defined(__SSE4_1__)
  return (apus_bytes)_mm_cmpgt_epi8((__m128i)x, (__m128i)y);
#else
  return (apus_bytes)(x > y);
#endif
}

/* mask ? x : y */
APUS_SHIM apus_bytes apus_select(apus_mask mask, apus_bytes x, apus_bytes y) {
#if APUS_SIMD_BYTES == 64
  return (apus_bytes)_mm512_mask_blend_epi8(mask, (__m512i)y, (__m512i)x);
#elif APUS_SIMD_BYTES == 32
  return (apus_bytes)_mm256_blendv_epi8((__m256i)y, (__m256i)x, (__m256i)mask);
#elif defined(__SSE4_1__)
  return (apus_bytes)_mm_blendv_epi8((__m128i)y, (__m128i)x, (__m128i)mask);
#else
  return (mask & x) | (~mask & y);
#endif
}

/* mask ? x + 1 : x */
APUS_SHIM apus_bytes apus_next(apus_mask mask, apus_bytes x) {
#if APUS_SIMD_BYTES == 64
  return (apus_bytes)_mm512_mask_sub_epi8((__m512i)x, mask, (__m512i)x, _mm512_set1_epi8(-1));
#else
  return x - mask;
#endif
}

/* mask ? x | bits : x. No byte of x has the bits. */
APUS_SHIM apus_bytes apus_add_bits(apus_mask mask, apus_bytes x, apus_bytes bits) {
#if APUS_SIMD_BYTES == 64
  return (apus_bytes)_mm512_mask_add_epi8((__m512i)x, mask, (__m512i)x, (__m512i)bits);
#else
  return x | (mask & bits);
#endif
}

/* Whether the category class in each byte is in a set: bit c % 8 of byte c / 8. */
APUS_SHIM apus_mask apus_is_member(apus_bytes classes, const uint8_t *set) {
#if APUS_SIMD_BYTES == 64
  __m512i c = (__m512i)classes;
  __m512i table = _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)set));
  __m512i byte = _mm512_permutexvar_epi8(_mm512_and_si512(_mm512_srli_epi16(c, 3), _mm512_set1_epi8(31)), table);
  __m512i bit = _mm512_shuffle_epi8(_mm512_set1_epi64((long long)0x8040201008040201), _mm512_and_si512(c, _mm512_set1_epi8(7)));
  return _mm512_test_epi8_mask(byte, bit);
#elif APUS_SIMD_BYTES == 32
  __m256i c = (__m256i)classes;
  __m256i index = _mm256_and_si256(_mm256_srli_epi16(c, 3), _mm256_set1_epi8(15));
  __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set));
  __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set + 1));
  __m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, index), _mm256_shuffle_epi8(high, index), c);
  __m256i bit = _mm256_shuffle_epi8(_mm256_set1_epi64x((long long)0x8040201008040201), _mm256_and_si256(c, _mm256_set1_epi8(7)));
  return (apus_bytes)_mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit);
#elif defined(__SSE4_1__)
  __m128i c = (__m128i)classes;
  __m128i index = _mm_and_si128(_mm_srli_epi16(c, 3), _mm_set1_epi8(15));
  __m128i low = _mm_loadu_si128((const __m128i *)set);
  __m128i high = _mm_loadu_si128((const __m128i *)set + 1);
  __m128i byte = _mm_blendv_epi8(_mm_shuffle_epi8(low, index), _mm_shuffle_epi8(high, index), c);
  __m128i bit = _mm_shuffle_epi8(_mm_set1_epi64x((long long)0x8040201008040201), _mm_and_si128(c, _mm_set1_epi8(7)));
  return (apus_bytes)_mm_cmpeq_epi8(_mm_and_si128(byte, bit), bit);
#else
  apus_bytes members;
  for (int i = 0; i < APUS_SIMD_BYTES; i++) {
    uint8_t c = (uint8_t)classes[i];
    members[i] = (set[c / 8] >> (c % 8) & 1) ? -1 : 0;
  }
  return members;
#endif
}

#endif
