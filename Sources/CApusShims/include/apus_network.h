/* What the kernels of networks take. */
#ifndef APUS_NETWORK_H
#define APUS_NETWORK_H

#include <stdint.h>

/* A product of matrices whose second one is known beforehand: out[r][c] = f(bias[c] + a[r][0] * b[0][c] + ...), each step
 * rounded once where the processor has fused multiply-add. The order of a sum depends on the shape of b alone.
 *
 * The columns of b lie in panels of APUS_PANEL_VECTORS vectors, which are read from begin to end. b of two rows and five
 * columns, panels of four:
 *
 *   b00 b01 b02 b03 | b10 b11 b12 b13 || b04 0 0 0 | b14 0 0 0
 *
 * Of up to APUS_PAIRED_PANELS panels, even and odd rows of b are summed apart: one sum alone would wait for itself.
 * Up to APUS_NARROW_COLUMNS columns lie one behind the other instead, each padded to whole vectors: lanes are rows of b. */
#define APUS_PANEL_VECTORS 2
#define APUS_PAIRED_PANELS 2
#define APUS_NARROW_COLUMNS 4

typedef struct apus_product {
  const float *panels;
  const float *bias;   /* one for each column, zeros behind the last */
  intptr_t columns;
  intptr_t depth;
  intptr_t row_stride; /* of a, in elements */
  int32_t cuts_negative; /* f(x) is 0 for x < 0, else x itself */
  int32_t reserved;
} apus_product;

/* Functions of one number and of two. */
#define APUS_MAP_CUT_NEGATIVE 0
#define APUS_MAP_EXP 1
#define APUS_MAP_SIGMOID 2
#define APUS_MAP_TANH 3

#define APUS_COMBINE_ADD 0
#define APUS_COMBINE_SUBTRACT 1
#define APUS_COMBINE_MULTIPLY 2
#define APUS_COMBINE_DIVIDE 3

#endif
