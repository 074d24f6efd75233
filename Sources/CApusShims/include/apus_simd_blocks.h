/* What the AVX-512 kernel for one row does with whole vectors: see RankedBlocks.swift. */
#ifndef APUS_SIMD_BLOCKS_H
#define APUS_SIMD_BLOCKS_H

#include "apus_ranked_blocks.h"
#include "apus_simd.h"

#if APUS_SIMD_BYTES == 64

typedef uint16_t apus_words __attribute__((ext_vector_type(32)));
typedef uint32_t apus_lanes __attribute__((ext_vector_type(16)));

APUS_SHIM void apus_prefetch(const void *p) { _mm_prefetch(p, _MM_HINT_T0); }

/* Byte i = table[columns[i]], for tables of 64, 128 and 256 bytes. */
APUS_SHIM apus_bytes apus_lookup_64(apus_bytes table, apus_bytes columns) {
  return (apus_bytes)_mm512_permutexvar_epi8((__m512i)columns, (__m512i)table);
}

APUS_SHIM apus_bytes apus_lookup_128(apus_bytes low, apus_bytes high, apus_bytes columns) {
  return (apus_bytes)_mm512_permutex2var_epi8((__m512i)low, (__m512i)columns, (__m512i)high);
}

APUS_SHIM apus_bytes apus_lookup_256(apus_bytes a, apus_bytes b, apus_bytes c, apus_bytes d, apus_bytes columns) {
  apus_bytes low = apus_lookup_128(a, b, columns), high = apus_lookup_128(c, d, columns);
  return apus_select(_mm512_movepi8_mask((__m512i)columns), high, low);
}

/* How many of sixteen sorted bounds a value exceeds, and sixteen if it is NaN. */
APUS_SHIM intptr_t apus_passed_f32(const float *bounds, float value) {
  return __builtin_popcount(_mm512_cmp_ps_mask(_mm512_set1_ps(value), _mm512_loadu_ps(bounds), _CMP_NLE_UQ));
}

APUS_SHIM intptr_t apus_passed_f64(const double *bounds, double value) {
  __m512d x = _mm512_set1_pd(value);
  unsigned low = _mm512_cmp_pd_mask(x, _mm512_loadu_pd(bounds), _CMP_NLE_UQ);
  unsigned high = _mm512_cmp_pd_mask(x, _mm512_loadu_pd(bounds + 8), _CMP_NLE_UQ);
  return __builtin_popcount(low | high << 8);
}

/* The bytes of 64 ranks. A rank that no number has is a NaN's: its byte is the lowest. */
APUS_SHIM apus_bytes apus_rank_bytes(const uint16_t *ranks) {
  __m512i limit = _mm512_set1_epi16(255), low = _mm512_loadu_si512(ranks), high = _mm512_loadu_si512(ranks + 32);
  __m256i low_bytes = _mm512_maskz_cvtepi16_epi8(_mm512_cmple_epu16_mask(low, limit), low);
  __m256i high_bytes = _mm512_maskz_cvtepi16_epi8(_mm512_cmple_epu16_mask(high, limit), high);
  __m512i bytes = _mm512_inserti64x4(_mm512_castsi256_si512(low_bytes), high_bytes, 1);
  return (apus_bytes)_mm512_xor_si512(bytes, _mm512_set1_epi8(-128));
}

/* -1 for each of them. */
APUS_SHIM apus_bytes apus_rank_missing(const uint16_t *ranks) {
  __m512i limit = _mm512_set1_epi16(255);
  uint64_t low = _mm512_cmpgt_epu16_mask(_mm512_loadu_si512(ranks), limit);
  uint64_t high = _mm512_cmpgt_epu16_mask(_mm512_loadu_si512(ranks + 32), limit);
  return (apus_bytes)_mm512_movm_epi8(low | high << 32);
}

/* A bit for each byte below zero. */
APUS_SHIM uint64_t apus_signs(apus_bytes bytes) { return _mm512_movepi8_mask((__m512i)bytes); }

/* Four masks of 16 bits from each of eight. */
APUS_SHIM apus_words apus_load_words(const uint64_t *p) { return (apus_words)_mm512_loadu_si512(p); }
APUS_SHIM void apus_store_words(uint64_t *p, apus_words v) { _mm512_storeu_si512(p, (__m512i)v); }

/* Down a heap of four levels: bit i of a lane is where node i sends the row. Gives the number of the way out. */
APUS_SHIM apus_words apus_walk_roots(apus_words goes_right) {
  __m512i bits = (__m512i)goes_right, one = _mm512_set1_epi16(1);
  __m512i node = _mm512_ternarylogic_epi64(_mm512_set1_epi16(2), _mm512_srli_epi16(bits, 1), one, 0xF8);
#pragma clang loop unroll(full)
  for (int level = 1; level < 4; level++) {
    /* node + node | (bits >> node & 1) */
    node = _mm512_ternarylogic_epi64(_mm512_add_epi16(node, node), _mm512_srlv_epi16(bits, node), one, 0xF8);
  }
  return (apus_words)_mm512_and_si512(node, _mm512_set1_epi16(15));
}

/* Sixteen of them. */
APUS_SHIM apus_lanes apus_load_exits(const uint16_t *p) {
  return (apus_lanes)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));
}

/* The lower or the upper sixteen. */
APUS_SHIM apus_lanes apus_exits_of(apus_words words, _Bool upper) {
  __m512i v = (__m512i)words;
  return (apus_lanes)_mm512_cvtepu16_epi32(upper ? _mm512_extracti64x4_epi64(v, 1) : _mm512_castsi512_si256(v));
}

/* The leaf in a lane. Not for the compiler to make a gather of eight such loads. */
APUS_SHIM intptr_t apus_leaf_in_lane(const uint32_t *leaves, uint8_t lane) {
  intptr_t index = lane;
  __asm__("" : "+r"(index));
  return leaves[index];
}

/* Sixteen bytes. */
APUS_SHIM apus_lanes apus_load_byte_lanes(const uint8_t *p) {
  return (apus_lanes)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
}

APUS_SHIM apus_lanes apus_load_lanes(const uint32_t *p) { return (apus_lanes)_mm512_loadu_si512(p); }
APUS_SHIM apus_lanes apus_shift_lanes(apus_lanes v, uint32_t count) {
  return (apus_lanes)_mm512_srl_epi32((__m512i)v, _mm_cvtsi32_si128((int)count));
}
APUS_SHIM apus_lanes apus_spread_lanes(apus_lanes v, uint32_t count) {
  return (apus_lanes)_mm512_sll_epi32((__m512i)v, _mm_cvtsi32_si128((int)count));
}
APUS_SHIM apus_lanes apus_splat_lanes(uint32_t x) { return (apus_lanes)_mm512_set1_epi32((int)x); }
APUS_SHIM void apus_store_lanes(uint32_t *p, apus_lanes v) { _mm512_storeu_si512(p, (__m512i)v); }

/* Numbers that are read one by one: from memory, which is one load each, and not from the lanes of a vector. */
typedef struct apus_numbers {
  uint32_t first;
  uint32_t others[15];
} apus_numbers;

APUS_SHIM void apus_spill_lanes(apus_numbers *numbers, apus_lanes v) {
  apus_store_lanes(&numbers->first, v);
  __asm__ volatile("" : "+m"(*numbers));
}

/* Two links. */
APUS_SHIM __m128d apus_load_links(const apus_block_link *links, const uint32_t *numbers) {
  return _mm_loadh_pd(_mm_load_sd((const double *)(links + numbers[0])), (const double *)(links + numbers[1]));
}

/* Eight links, one behind the other. By a load each: a gather takes 2.5 cycles a lane on Zen 4. */
APUS_SHIM apus_bytes apus_load_eight_links(const apus_block_link *links, const uint32_t *numbers) {
  __m512d v = _mm512_castpd128_pd512(apus_load_links(links, numbers));
  v = _mm512_insertf64x2(v, apus_load_links(links, numbers + 2), 1);
  __m256d high = _mm256_castpd128_pd256(apus_load_links(links, numbers + 4));
  high = _mm256_insertf128_pd(high, apus_load_links(links, numbers + 6), 1);
  return (apus_bytes)_mm512_insertf64x4(v, high, 1);
}

/* The first and the second halves of sixteen links. */
APUS_SHIM apus_bytes apus_link_columns(apus_bytes lower, apus_bytes upper) {
  __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return (apus_bytes)_mm512_permutex2var_epi32((__m512i)lower, even, (__m512i)upper);
}

APUS_SHIM apus_bytes apus_link_thresholds(apus_bytes lower, apus_bytes upper) {
  __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return (apus_bytes)_mm512_permutex2var_epi32((__m512i)lower, odd, (__m512i)upper);
}

/* A bit for each column of the links of complete trees that is on the second page. */
APUS_SHIM uint64_t apus_link_pages(apus_bytes columns) {
  __m512i bits = _mm512_shuffle_epi8((__m512i)columns, _mm512_set4_epi32(0x0F0F0F0F, 0x0B0B0B0B, 0x07070707, 0x03030303));
  return _mm512_test_epi8_mask(bits, _mm512_set1_epi32(0x00040201));
}

/* Which of the four ways out of links a row takes: bits 0, 1 and 2 of each four tell where their splits send it. First
 * of links that fork, then of any. */
APUS_SHIM apus_lanes apus_fork_exits(apus_mask goes_right) {
  __m512i bytes = _mm512_movm_epi8(goes_right), one = _mm512_set1_epi32(1);
  __m512i first = _mm512_and_si512(bytes, one);
  /* The bits of the second split begin at 8, those of the third at 16. */
  __m512i start = _mm512_slli_epi32(_mm512_add_epi32(first, one), 3);
  return (apus_lanes)_mm512_ternarylogic_epi64(_mm512_add_epi32(first, first), _mm512_srlv_epi32(bytes, start), one, 0xF8);
}

APUS_SHIM apus_lanes apus_link_exits(apus_mask goes_right, apus_bytes thresholds) {
  /* A vector for each way of hanging together, in which byte i is the way out for the answers i, lowest bit first. */
  __m512i exits = _mm512_setr_epi64(
      0x0301030002010200, 0x0302030103020300, 0x0302030003010300, 0x0300020003000100, 0x0300010002000100, 0, 0, 0);
  __m512i bits = _mm512_maskz_mov_epi8(goes_right, _mm512_set1_epi32(0x00040201));
  __m512i answers = _mm512_ternarylogic_epi64(bits, _mm512_srli_epi32(bits, 8), _mm512_srli_epi32(bits, 16), 0xFE);
  __m512i kinds = _mm512_srli_epi32((__m512i)thresholds, 26);
  __m512i index = _mm512_ternarylogic_epi64(answers, kinds, _mm512_set1_epi32(0x38), 0xF8);
  return (apus_lanes)_mm512_and_si512(_mm512_permutexvar_epi8(index, exits), _mm512_set1_epi32(3));
}

/* How many links on the four ways out begin. */
APUS_SHIM apus_lanes apus_next_links(apus_bytes columns, apus_bytes thresholds) {
  __m512i low = _mm512_srli_epi32((__m512i)columns, 24);
  __m512i high = _mm512_and_si512(_mm512_srli_epi32((__m512i)thresholds, 16), _mm512_set1_epi32(0x1F00));
  return (apus_lanes)_mm512_or_si512(low, high);
}

#endif
#endif
