/* From the leaf that each of APUS_SIMD_BYTES rows reaches, a byte, to the value that it adds to each row's sum.
 *
 * Values are looked up in planes: one table holds the lowest bytes of all leaves, the next their second bytes, and so
 * on. A byte shuffle looks up all rows at once; interleaving the planes makes numbers of the bytes. Interleaving works
 * within 16 bytes, so that rows do not lie in the order of their bytes: apus_row_byte says which byte is which row's. */
#ifndef APUS_SIMD_LEAVES_H
#define APUS_SIMD_LEAVES_H

#include "apus_simd.h"

/* The byte of a vector that belongs to row `row`, when values have `size` bytes. Interleaving the planes of 16-byte
 * lanes, 16 / size rows at a time, gives the first of them in the first lane, the next in the second, and so on. */
APUS_SHIM intptr_t apus_row_byte(intptr_t row, intptr_t size) {
  intptr_t run = 16 / size, lanes = APUS_SIMD_BYTES / 16;
  return row / (run * lanes) * run + row / run % lanes * 16 + row % run;
}

/* table[index] for each byte, from `entries` bytes: 16 or 64, and with 64-byte vectors 64, 128 or 256. Indices are below
 * `entries`. */
APUS_SHIM apus_bytes apus_lookup(const uint8_t *table, int entries, apus_bytes index) {
#if APUS_SIMD_BYTES == 64
  __m512i i = (__m512i)index;
  if (entries == 64) return (apus_bytes)_mm512_permutexvar_epi8(i, _mm512_loadu_si512(table));
  __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), i, _mm512_loadu_si512(table + 64));
  if (entries == 128) return (apus_bytes)low;
  __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), i, _mm512_loadu_si512(table + 192));
  return (apus_bytes)_mm512_mask_blend_epi8(_mm512_movepi8_mask(i), low, high);
#elif APUS_SIMD_BYTES == 32
#define APUS_LOOKUP_16(t) \
  _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t))), (__m256i)index)
  if (entries == 16) return (apus_bytes)APUS_LOOKUP_16(table);
  __m256i bit4 = _mm256_slli_epi16((__m256i)index, 3), bit5 = _mm256_slli_epi16((__m256i)index, 2);
  __m256i low = _mm256_blendv_epi8(APUS_LOOKUP_16(table), APUS_LOOKUP_16(table + 16), bit4);
  __m256i high = _mm256_blendv_epi8(APUS_LOOKUP_16(table + 32), APUS_LOOKUP_16(table + 48), bit4);
  return (apus_bytes)_mm256_blendv_epi8(low, high, bit5);
#undef APUS_LOOKUP_16
#elif defined(__SSE4_1__)
#define APUS_LOOKUP_16(t) _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(t)), (__m128i)index)
  if (entries == 16) return (apus_bytes)APUS_LOOKUP_16(table);
  __m128i bit4 = _mm_slli_epi16((__m128i)index, 3), bit5 = _mm_slli_epi16((__m128i)index, 2);
  __m128i low = _mm_blendv_epi8(APUS_LOOKUP_16(table), APUS_LOOKUP_16(table + 16), bit4);
  __m128i high = _mm_blendv_epi8(APUS_LOOKUP_16(table + 32), APUS_LOOKUP_16(table + 48), bit4);
  return (apus_bytes)_mm_blendv_epi8(low, high, bit5);
#undef APUS_LOOKUP_16
#else
  (void)entries;
  apus_bytes values;
  for (int i = 0; i < APUS_SIMD_BYTES; i++) values[i] = (int8_t)table[(uint8_t)index[i]];
  return values;
#endif
}

/* The bytes of x and y in turn, of the lower and of the upper half of each 16-byte lane; the same for larger pieces. */
#if APUS_SIMD_BYTES == 64
#define APUS_INTERLEAVE(half, bits, x, y) ((apus_bytes)_mm512_unpack##half##_epi##bits((__m512i)(x), (__m512i)(y)))
#elif APUS_SIMD_BYTES == 32
#define APUS_INTERLEAVE(half, bits, x, y) ((apus_bytes)_mm256_unpack##half##_epi##bits((__m256i)(x), (__m256i)(y)))
#elif defined(__SSE4_1__)
#define APUS_INTERLEAVE(half, bits, x, y) ((apus_bytes)_mm_unpack##half##_epi##bits((__m128i)(x), (__m128i)(y)))
#else
APUS_SHIM apus_bytes apus_interleave(int high, int size, apus_bytes x, apus_bytes y) {
  apus_bytes mixed;
  for (int i = 0; i < 16; i++) {
    int from = high * 8 + i / (2 * size) * size + i % size;
    mixed[i] = i / size % 2 ? y[from] : x[from];
  }
  return mixed;
}
#define APUS_INTERLEAVE(half, bits, x, y) apus_interleave(#half[0] == 'h', (bits) / 8, x, y)
#endif

typedef float apus_floats __attribute__((ext_vector_type(APUS_SIMD_BYTES / 4)));
typedef double apus_doubles __attribute__((ext_vector_type(APUS_SIMD_BYTES / 8)));

APUS_SHIM void apus_add_floats(float *sums, apus_bytes bits) {
  apus_floats s, v;
  memcpy(&s, sums, sizeof s);
  memcpy(&v, &bits, sizeof v);
  s += v;
  memcpy(sums, &s, sizeof s);
}

APUS_SHIM void apus_add_doubles(double *sums, apus_bytes bits) {
  apus_doubles s, v;
  memcpy(&s, sums, sizeof s);
  memcpy(&v, &bits, sizeof v);
  s += v;
  memcpy(sums, &s, sizeof s);
}

/* sums[row] += value of the leaf of that row, from four planes. */
APUS_SHIM void apus_add_leaf_planes_f32(float *sums, const uint8_t *planes, int entries, apus_bytes leaf) {
  apus_bytes p0 = apus_lookup(planes, entries, leaf), p1 = apus_lookup(planes + entries, entries, leaf);
  apus_bytes p2 = apus_lookup(planes + 2 * entries, entries, leaf), p3 = apus_lookup(planes + 3 * entries, entries, leaf);
  apus_bytes low01 = APUS_INTERLEAVE(lo, 8, p0, p1), high01 = APUS_INTERLEAVE(hi, 8, p0, p1);
  apus_bytes low23 = APUS_INTERLEAVE(lo, 8, p2, p3), high23 = APUS_INTERLEAVE(hi, 8, p2, p3);
  const int width = APUS_SIMD_BYTES / 4;
  apus_add_floats(sums, APUS_INTERLEAVE(lo, 16, low01, low23));
  apus_add_floats(sums + width, APUS_INTERLEAVE(hi, 16, low01, low23));
  apus_add_floats(sums + 2 * width, APUS_INTERLEAVE(lo, 16, high01, high23));
  apus_add_floats(sums + 3 * width, APUS_INTERLEAVE(hi, 16, high01, high23));
}

/* The same from eight planes. */
APUS_SHIM void apus_add_leaf_planes_f64(double *sums, const uint8_t *planes, int entries, apus_bytes leaf) {
  apus_bytes low[4], high[4];
  for (int pair = 0; pair < 4; pair++) {
    apus_bytes even = apus_lookup(planes + 2 * pair * entries, entries, leaf);
    apus_bytes odd = apus_lookup(planes + (2 * pair + 1) * entries, entries, leaf);
    low[pair] = APUS_INTERLEAVE(lo, 8, even, odd);
    high[pair] = APUS_INTERLEAVE(hi, 8, even, odd);
  }
  const int width = APUS_SIMD_BYTES / 8;
  for (int half = 0; half < 2; half++) {
    apus_bytes *p = half ? high : low;
    double *s = sums + half * 4 * width;
    apus_bytes low01 = APUS_INTERLEAVE(lo, 16, p[0], p[1]), high01 = APUS_INTERLEAVE(hi, 16, p[0], p[1]);
    apus_bytes low23 = APUS_INTERLEAVE(lo, 16, p[2], p[3]), high23 = APUS_INTERLEAVE(hi, 16, p[2], p[3]);
    apus_add_doubles(s, APUS_INTERLEAVE(lo, 32, low01, low23));
    apus_add_doubles(s + width, APUS_INTERLEAVE(hi, 32, low01, low23));
    apus_add_doubles(s + 2 * width, APUS_INTERLEAVE(lo, 32, high01, high23));
    apus_add_doubles(s + 3 * width, APUS_INTERLEAVE(hi, 32, high01, high23));
  }
}

/* The same from the values themselves, for tables that no shuffle reaches over. */
APUS_SHIM void apus_add_leaves_f32(float *sums, const float *values, apus_bytes leaf) {
  uint8_t index[APUS_SIMD_BYTES];
  memcpy(index, &leaf, sizeof index);
  for (int first = 0; first < APUS_SIMD_BYTES; first += APUS_SIMD_BYTES / 4) {
    apus_floats s, v;
    memcpy(&s, sums + first, sizeof s);
    for (int i = 0; i < APUS_SIMD_BYTES / 4; i++) v[i] = values[index[apus_row_byte(first + i, 4)]];
    s += v;
    memcpy(sums + first, &s, sizeof s);
  }
}

APUS_SHIM void apus_add_leaves_f64(double *sums, const double *values, apus_bytes leaf) {
  uint8_t index[APUS_SIMD_BYTES];
  memcpy(index, &leaf, sizeof index);
  for (int first = 0; first < APUS_SIMD_BYTES; first += APUS_SIMD_BYTES / 8) {
    apus_doubles s, v;
    memcpy(&s, sums + first, sizeof s);
    for (int i = 0; i < APUS_SIMD_BYTES / 8; i++) v[i] = values[index[apus_row_byte(first + i, 8)]];
    s += v;
    memcpy(sums + first, &s, sizeof s);
  }
}

#endif
