/* What the kernels of quantised networks take. */
#ifndef APUS_INTEGERS_H
#define APUS_INTEGERS_H

#include <stdint.h>

/* A product of matrices of 8-bit integers whose second one is known beforehand. z are the zeros of its columns:
 *
 *   sum[r][c] = (a[r][0] - zero) * (b[0][c] - z[c]) + ...  modulo 2^32, which no order of additions changes
 *   out[r][c] = sum[r][c], or f((float)sum[r][c] * scale[c] + bias[c]), each operation rounded by itself
 *
 * The columns lie in panels like those of apus_product, of words, each with neighbours of a column. b of five
 * rows and five columns, words of two elements, panels of four:
 *
 *   b00 b10 | b01 b11 | b02 b12 | b03 b13 || b20 b30 | ... || b40 0 | ... ||| b04 b14 | 0 0 | 0 0 | 0 0 || ...
 *
 * With AVX-512 a word is four bytes, and one instruction (VNNI) adds four products of a byte without sign and
 * one with a sign to a sum. a is brought there by adding 128, to its zero too, if it has signs. What is packed is
 * b - z if it fits a signed byte, else b - z + offset. With s the sum of b - z over a column,
 *
 *   sum = (sum of a * packed) - zero * s - offset * (sum of a)
 *
 * Elsewhere a word is two numbers of 16 bits, b - z and a - zero themselves, whose products and sums of two are
 * exact. The instructions of AVX2 for bytes are not: they cut sums of two products to 16 bits. */
typedef struct apus_integer_product {
  const int32_t *panels;
  const int32_t *corrections; /* of words of bytes: -s of each column */
  const int32_t *offsets;     /* likewise; NULL if all are 0 */
  const float *bias;          /* one for each column; -0 adds nothing, not even to -0 */
  const float *scale;
  intptr_t scale_step;        /* 1 if there is a scale for each column, 0 if there is one for all */
  intptr_t columns;
  intptr_t depth;
  int32_t zero;
  int32_t is_signed;          /* a, which has no gaps between rows */
  int32_t makes_floats;
  int32_t cuts_negative;      /* f(x) is 0 for x < 0, else x itself */
} apus_integer_product;

/* Words of room that a product takes for so many rows of so many words: one more for each row, and a vector. */
#define APUS_INTEGER_ROOM(rows, words) ((rows) * ((words) + 1) + 16)

/* A tensor of bytes as floats: (x - zero) * scale. */
typedef struct apus_dequantization {
  const float *scale;
  const uint8_t *zero; /* or NULL */
  intptr_t scale_step; /* 1 if there is one for each element, 0 if there is one for all */
  intptr_t zero_step;
  intptr_t count;
  int32_t is_signed;
  int32_t reserved;
} apus_dequantization;

#endif
