/* Steps through compact nodes by as many walkers as a vector has lanes: see CompactWalk.swift. */
#ifndef APUS_SIMD_WALK_H
#define APUS_SIMD_WALK_H

#include "apus_simd.h"
#include "apus_walk.h"

#if APUS_SIMD_BYTES == 64
#define APUS_WALKERS 16
#elif APUS_SIMD_BYTES == 32
#define APUS_WALKERS 8
#else
#define APUS_WALKERS 1
#endif

#if APUS_WALKERS == 1
typedef uint32_t apus_walkers;
#else
typedef uint32_t apus_walkers __attribute__((ext_vector_type(APUS_WALKERS)));
#endif

APUS_SHIM apus_walkers apus_walkers_load(const uint32_t *p) {
  apus_walkers v;
  memcpy(&v, p, sizeof v);
  return v;
}

/* table[index] */
APUS_SHIM apus_walkers apus_walkers_look_up(const uint32_t *table, apus_walkers index) {
#if APUS_WALKERS == 16
  return (apus_walkers)_mm512_i32gather_epi32((__m512i)index, table, 4);
#elif APUS_WALKERS == 8
  return (apus_walkers)_mm256_i32gather_epi32((const int *)table, (__m256i)index, 4);
#else
  return table[index];
#endif
}

/* The nodes behind `node`, which count from `tree`, that rows at `values + row` go to. */
APUS_SHIM apus_walkers apus_walkers_step(const apus_compact_node *nodes, apus_walkers tree, apus_walkers node,
                                         const float *values, apus_walkers row) {
#if APUS_WALKERS == 16
  __m512i place = (__m512i)(tree + node);
  __m512i low = _mm512_i32gather_epi64(_mm512_castsi512_si256(place), nodes, 8);
  __m512i high = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(place, 1), nodes, 8);
  __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  __m512 bound = (__m512)_mm512_permutex2var_epi32(low, even, high);
  __m512i word = _mm512_permutex2var_epi32(low, odd, high);
  __m512i feature = _mm512_srli_epi32(word, APUS_COMPACT_FEATURE_SHIFT);
  __m512 value = _mm512_i32gather_ps(_mm512_add_epi32((__m512i)row, feature), values, 4);
  __mmask16 missing_right = _mm512_test_epi32_mask(word, _mm512_set1_epi32(APUS_COMPACT_MISSING_RIGHT));
  __mmask16 right = _mm512_mask_cmp_ps_mask(missing_right, value, value, _CMP_UNORD_Q) |
                    _mm512_cmp_ps_mask(value, bound, _CMP_GT_OQ);
  __m512i left = _mm512_and_si512(word, _mm512_set1_epi32(APUS_COMPACT_CHILD));
  return (apus_walkers)_mm512_mask_add_epi32(left, right, left, _mm512_set1_epi32(1));
#elif APUS_WALKERS == 8
  __m256i place = (__m256i)(tree + node);
  __m256 low = (__m256)_mm256_i32gather_epi64((const long long *)nodes, _mm256_castsi256_si128(place), 8);
  __m256 high = (__m256)_mm256_i32gather_epi64((const long long *)nodes, _mm256_extracti128_si256(place, 1), 8);
  /* Pairs in the order 0, 2, 1, 3. */
  __m256 bound = (__m256)_mm256_permute4x64_epi64((__m256i)_mm256_shuffle_ps(low, high, 0x88), 0xD8);
  __m256i word = _mm256_permute4x64_epi64((__m256i)_mm256_shuffle_ps(low, high, 0xDD), 0xD8);
  __m256i feature = _mm256_srli_epi32(word, APUS_COMPACT_FEATURE_SHIFT);
  __m256 value = _mm256_i32gather_ps(values, _mm256_add_epi32((__m256i)row, feature), 4);
  __m256i missing_right = _mm256_srai_epi32(_mm256_slli_epi32(word, 11), 31);
  __m256i right = _mm256_or_si256((__m256i)_mm256_cmp_ps(value, bound, _CMP_GT_OQ),
                                  _mm256_and_si256(missing_right, (__m256i)_mm256_cmp_ps(value, value, _CMP_UNORD_Q)));
  return (apus_walkers)_mm256_sub_epi32(_mm256_and_si256(word, _mm256_set1_epi32(APUS_COMPACT_CHILD)), right);
#else
  apus_compact_node at = nodes[tree + node];
  float value = values[row + (at.word >> APUS_COMPACT_FEATURE_SHIFT)];
  /* Without a branch, which would be mispredicted every other time. */
  uint32_t right = (value > at.bound) | ((value != value) & (at.word / APUS_COMPACT_MISSING_RIGHT));
  return (at.word & APUS_COMPACT_CHILD) + right;
#endif
}

/* Puts the first `count` walkers on one of the lists. Those on the way may take the places that they came from. */
APUS_SHIM void apus_walkers_part(const apus_compact_node *nodes, apus_walkers tree, apus_walkers node, apus_walkers id,
                                 intptr_t count, apus_walk_lists *lists) {
#if APUS_WALKERS == 16
  if (count <= 0) return;
  __mmask16 walkers = (__mmask16)_bzhi_u32(0xFFFF, count < 16 ? (unsigned)count : 16);
  __m512i bound = _mm512_i32gather_epi32((__m512i)(tree + node), nodes, 8);
  __mmask16 arrived = _mm512_mask_cmpge_epi32_mask(walkers, bound, _mm512_set1_epi32(APUS_COMPACT_LEAF));
  __mmask16 walking = walkers & ~arrived;
  _mm512_storeu_si512(lists->nodes + lists->count, _mm512_maskz_compress_epi32(walking, (__m512i)node));
  _mm512_storeu_si512(lists->ids + lists->count, _mm512_maskz_compress_epi32(walking, (__m512i)id));
  lists->count += __builtin_popcount(walking);
  _mm512_storeu_si512(lists->leaves + lists->leaf_count, _mm512_maskz_compress_epi32(arrived, bound));
  _mm512_storeu_si512(lists->leaf_ids + lists->leaf_count, _mm512_maskz_compress_epi32(arrived, (__m512i)id));
  lists->leaf_count += __builtin_popcount(arrived);
#else
  uint32_t places[APUS_WALKERS], at[APUS_WALKERS], ids[APUS_WALKERS];
  apus_walkers place = tree + node;
  memcpy(places, &place, sizeof places);
  memcpy(at, &node, sizeof at);
  memcpy(ids, &id, sizeof ids);
  for (intptr_t i = 0; i < (count < APUS_WALKERS ? count : APUS_WALKERS); i++) {
    uint32_t bound;
    memcpy(&bound, &nodes[places[i]].bound, sizeof bound);
    _Bool arrived = (int32_t)bound >= (int32_t)APUS_COMPACT_LEAF;
    lists->nodes[lists->count] = at[i];
    lists->ids[lists->count] = ids[i];
    lists->count += !arrived;
    lists->leaves[lists->leaf_count] = bound;
    lists->leaf_ids[lists->leaf_count] = ids[i];
    lists->leaf_count += arrived;
  }
#endif
}

#endif
