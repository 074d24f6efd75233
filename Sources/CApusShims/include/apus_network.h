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
 * If `is_narrow`, for few columns, these lie one behind the other instead, each padded to whole vectors: lanes are rows
 * of b.
 *
 * With `half_panels` the elements of b are numbers of bfloat16, of which a row alone reads a second copy: panels of words, each
 * with two neighbours of a column, the one of an even row in its lower half. */
#define APUS_PANEL_VECTORS 2
#define APUS_PAIRED_PANELS 2
#define APUS_NARROW_COLUMNS 4

typedef struct apus_product {
  const float *panels;
  const uint32_t *half_panels; /* or NULL */
  const float *bias;   /* one for each column, zeros behind the last */
  intptr_t columns;
  intptr_t depth;
  intptr_t row_stride; /* of a, in elements */
  intptr_t out_stride; /* of the result */
  int32_t cuts_negative; /* f(x) is 0 for x < 0, else x itself */
  int32_t is_narrow;
} apus_product;

/* Functions of one number, some with parameters a and b, and of two. */
#define APUS_MAP_CUT_NEGATIVE 0
#define APUS_MAP_EXP 1
#define APUS_MAP_SIGMOID 2
#define APUS_MAP_TANH 3
#define APUS_MAP_ERF 4
#define APUS_MAP_GELU 5
#define APUS_MAP_GELU_TANH 6
#define APUS_MAP_SWISH 7 /* x sigmoid(a x) */
#define APUS_MAP_ELU 8 /* x, or b (exp(a x) - 1) below 0 */
#define APUS_MAP_LEAKY 9 /* x, or a x below 0 */
#define APUS_MAP_HARD_SIGMOID 10 /* a x + b, between 0 and 1 */
#define APUS_MAP_HARD_SWISH 11 /* x (x / 6 + 1/2), the latter between 0 and 1 */
#define APUS_MAP_SQUARE_ROOT 12
#define APUS_MAP_INVERSE 13
#define APUS_MAP_NEGATIVE 14
#define APUS_MAP_MAGNITUDE 15

#define APUS_COMBINE_ADD 0
#define APUS_COMBINE_SUBTRACT 1
#define APUS_COMBINE_MULTIPLY 2
#define APUS_COMBINE_DIVIDE 3
#define APUS_COMBINE_MAX 4
#define APUS_COMBINE_MIN 5

/* Rows brought to mean 0 (if `centers`) and variance 1, then scaled and shifted:
 * out = (x - mean) / sqrt(variance + epsilon) * scale + shift. */
typedef struct apus_normalization {
  intptr_t row_count;
  intptr_t length;
  float epsilon;
  int32_t centers;
  const float *scale; /* `length` numbers, or NULL */
  const float *shift; /* likewise */
  float *means;       /* one for each row, or NULL */
  float *inverses;    /* likewise: 1 / sqrt(variance + epsilon) */
} apus_normalization;

/* What becomes of the state of recurrent networks when the products with their weights are known. `x` holds those of the
 * input, with biases, `h` those of the state; a row has one part of `size` numbers for each gate.
 *
 *   RNN   state = tanh(x + h)
 *   GRU   z, r = sigmoid(x + h) of the first two parts; n = tanh(x + r h) of the third; state = (1 - z) n + z state
 *   LSTM  i, o, f = sigmoid(x + h), g = tanh(x + h) of the four parts; cell = f cell + i g; state = o tanh(cell) */
#define APUS_GATES_RNN 0
#define APUS_GATES_GRU 1
#define APUS_GATES_LSTM 2

typedef struct apus_gates {
  int32_t kind;
  int32_t reserved;
  intptr_t size;
  intptr_t x_stride; /* of rows, in elements */
  intptr_t h_stride;
  intptr_t state_stride;
  intptr_t out_stride; /* of the new states; cells are `size` apart */
} apus_gates;

#endif
