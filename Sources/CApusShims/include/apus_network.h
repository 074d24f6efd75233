/* What the kernels of networks take. */
#ifndef APUS_NETWORK_H
#define APUS_NETWORK_H

#include <stdint.h>

/* A product of matrices whose second one is known beforehand: out[r][c] = f(bias[c] + a[r][0] * b[0][c] + ...), summed in
 * this order, each step rounded once where the processor has fused multiply-add.
 *
 * The columns of b lie in panels of APUS_PANEL_VECTORS vectors, which are read from begin to end. b of two rows and five
 * columns, panels of four:
 *
 *   b00 b01 b02 b03 | b10 b11 b12 b13 || b04 0 0 0 | b14 0 0 0
 */
#define APUS_PANEL_VECTORS 2

typedef struct apus_product {
  const float *panels;
  const float *bias;   /* one for each column, zeros behind the last */
  intptr_t columns;
  intptr_t depth;
  intptr_t row_stride; /* of a, in elements */
  int32_t cuts_negative; /* f(x) is 0 for x < 0, else x itself */
  int32_t reserved;
} apus_product;

#endif
