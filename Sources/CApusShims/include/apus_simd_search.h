/* How many of sixteen sorted bounds a value exceeds. NaN exceeds none. */
#ifndef APUS_SIMD_SEARCH_H
#define APUS_SIMD_SEARCH_H

#include "apus_simd.h"

APUS_SHIM intptr_t apus_exceeded_f32(const float *bounds, float value) {
#if APUS_SIMD_BYTES == 64
  return __builtin_popcount(_mm512_cmp_ps_mask(_mm512_set1_ps(value), _mm512_loadu_ps(bounds), _CMP_GT_OQ));
#elif APUS_SIMD_BYTES == 32
  __m256 x = _mm256_set1_ps(value);
  __m256i low = (__m256i)_mm256_cmp_ps(x, _mm256_loadu_ps(bounds), _CMP_GT_OQ);
  __m256i high = (__m256i)_mm256_cmp_ps(x, _mm256_loadu_ps(bounds + 8), _CMP_GT_OQ);
  /* Two bits for each bound. */
  return __builtin_popcount((unsigned)_mm256_movemask_epi8(_mm256_packs_epi32(low, high))) >> 1;
#elif defined(__SSE4_1__)
  __m128 x = _mm_set1_ps(value);
  __m128i a = (__m128i)_mm_cmplt_ps(_mm_loadu_ps(bounds), x), b = (__m128i)_mm_cmplt_ps(_mm_loadu_ps(bounds + 4), x);
  __m128i c = (__m128i)_mm_cmplt_ps(_mm_loadu_ps(bounds + 8), x), d = (__m128i)_mm_cmplt_ps(_mm_loadu_ps(bounds + 12), x);
  __m128i all = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
  return __builtin_popcount((unsigned)_mm_movemask_epi8(all));
#else
  intptr_t count = 0;
  for (int i = 0; i < 16; i++) count += value > bounds[i];
  return count;
#endif
}

/* condition ? x : y, without a branch: whether a value is missing cannot be foreseen. */
APUS_SHIM int8_t apus_choose(_Bool condition, int8_t x, int8_t y) {
  return __builtin_unpredictable(condition) ? x : y;
}

APUS_SHIM intptr_t apus_exceeded_f64(const double *bounds, double value) {
#if APUS_SIMD_BYTES == 64
  __m512d x = _mm512_set1_pd(value);
  unsigned low = _mm512_cmp_pd_mask(x, _mm512_loadu_pd(bounds), _CMP_GT_OQ);
  unsigned high = _mm512_cmp_pd_mask(x, _mm512_loadu_pd(bounds + 8), _CMP_GT_OQ);
  return __builtin_popcount(low | high << 8);
#elif APUS_SIMD_BYTES == 32
  __m256d x = _mm256_set1_pd(value);
  __m256i a = (__m256i)_mm256_cmp_pd(x, _mm256_loadu_pd(bounds), _CMP_GT_OQ);
  __m256i b = (__m256i)_mm256_cmp_pd(x, _mm256_loadu_pd(bounds + 4), _CMP_GT_OQ);
  __m256i c = (__m256i)_mm256_cmp_pd(x, _mm256_loadu_pd(bounds + 8), _CMP_GT_OQ);
  __m256i d = (__m256i)_mm256_cmp_pd(x, _mm256_loadu_pd(bounds + 12), _CMP_GT_OQ);
  /* Sums of masks, -1 each: at most four in a lane. */
  __m256i sum = _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(c, d));
  __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return -(intptr_t)(_mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1));
#elif defined(__SSE4_1__)
  __m128d x = _mm_set1_pd(value);
  __m128i sum = _mm_setzero_si128();
  for (int i = 0; i < 16; i += 2) sum = _mm_sub_epi64(sum, (__m128i)_mm_cmplt_pd(_mm_loadu_pd(bounds + i), x));
  return (intptr_t)(_mm_cvtsi128_si64(sum) + _mm_extract_epi64(sum, 1));
#else
  intptr_t count = 0;
  for (int i = 0; i < 16; i++) count += value > bounds[i];
  return count;
#endif
}

#endif
