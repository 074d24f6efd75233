/* The contract between the engine and the kernels. A kernel module is never imported: each level exports one
 * function that fills a table of these pointers. */
#ifndef APUS_KERNELS_H
#define APUS_KERNELS_H

#include <stdint.h>

#include "apus_integers.h"
#include "apus_network.h"
#include "apus_ranked.h"
#include "apus_ranked_blocks.h"
#include "apus_ranked_row.h"
#include "apus_walk.h"

typedef struct apus_linear_model {
  const float *weights; /* output_count values for each feature, then output_count biases */
  intptr_t feature_count;
  intptr_t output_count;
} apus_linear_model;

typedef struct apus_kernels {
  /* sums[r * output_count + o] += what row r earns. Row r begins at rows + r * row_stride. 64-bit rows go with
   * double bounds only. */
  void (*walk_sums_f32)(const apus_walk_forest *forest, const float *rows, intptr_t row_stride,
                        intptr_t row_count, double *sums);
  void (*walk_sums_f64)(const apus_walk_forest *forest, const double *rows, intptr_t row_stride,
                        intptr_t row_count, double *sums);
  /* leaves[r * tree_count + t] = the source library's number of the leaf that row r reaches in tree t. */
  void (*walk_leaves_f32)(const apus_walk_forest *forest, const float *rows, intptr_t row_stride,
                          intptr_t row_count, double *leaves);
  void (*walk_leaves_f64)(const apus_walk_forest *forest, const double *rows, intptr_t row_stride,
                          intptr_t row_count, double *leaves);
  /* The same for forests in the compact form. `scratch` has APUS_COMPACT_SCRATCH bytes. */
  void (*compact_sums)(const apus_compact_forest *forest, const float *rows, intptr_t row_stride,
                       intptr_t row_count, double *sums, void *scratch);
  void (*compact_leaves)(const apus_compact_forest *forest, const float *rows, intptr_t row_stride,
                         intptr_t row_count, double *leaves, void *scratch);
  /* The same sums by ranks. */
  void (*ranked_sums_f32)(const apus_ranked_model *model, const float *rows, intptr_t row_stride,
                          intptr_t row_count, double *sums, void *workspace);
  void (*ranked_sums_f64)(const apus_ranked_model *model, const double *rows, intptr_t row_stride,
                          intptr_t row_count, double *sums, void *workspace);
  /* The same for rows one by one. `bytes` has room for a byte for each column and each condition. */
  void (*ranked_row_sums_f32)(const apus_row_model *model, const float *rows, intptr_t row_stride,
                              intptr_t row_count, double *sums, int8_t *bytes);
  void (*ranked_row_sums_f64)(const apus_row_model *model, const double *rows, intptr_t row_stride,
                              intptr_t row_count, double *sums, int8_t *bytes);
  /* leaves[r * tree_count + t] = value of the leaf that row r reaches in tree t. */
  void (*ranked_row_leaves_f32)(const apus_row_model *model, const float *rows, intptr_t row_stride,
                                intptr_t row_count, double *leaves, int8_t *bytes);
  void (*ranked_row_leaves_f64)(const apus_row_model *model, const double *rows, intptr_t row_stride,
                                intptr_t row_count, double *leaves, int8_t *bytes);
  /* The same for rows one by one with AVX-512; NULL at lower levels. `scratch` has APUS_BLOCK_SCRATCH bytes,
   * fewer than APUS_STACK_SCRATCH. */
  void (*block_row_sums_f32)(const apus_block_model *model, const float *rows, intptr_t row_stride,
                             intptr_t row_count, double *sums, int8_t *scratch);
  void (*block_row_sums_f64)(const apus_block_model *model, const double *rows, intptr_t row_stride,
                             intptr_t row_count, double *sums, int8_t *scratch);
  void (*block_row_leaves_f32)(const apus_block_model *model, const float *rows, intptr_t row_stride,
                               intptr_t row_count, double *leaves, int8_t *scratch);
  void (*block_row_leaves_f64)(const apus_block_model *model, const double *rows, intptr_t row_stride,
                               intptr_t row_count, double *leaves, int8_t *scratch);
  void (*linear_sums)(const apus_linear_model *model, const float *rows, intptr_t row_stride,
                      intptr_t row_count, double *sums);
  /* out[r * out_stride + c] = the product of row r, see apus_product. */
  void (*product)(const apus_product *product, const float *rows, intptr_t row_count, float *out);
  /* The panels of apus_product of a matrix whose element (k, c) is at k * row_stride + c * column_stride. */
  void (*pack)(const float *matrix, intptr_t row_stride, intptr_t column_stride, intptr_t depth, intptr_t columns,
               float *panels);
  /* out[i] = APUS_MAP_... of x[i]. */
  void (*map)(int32_t function, float a, float b, const float *x, intptr_t count, float *out);
  /* out[i] = APUS_COMBINE_... of x[i] and y[i]; a step of 0 instead of 1 repeats the first. */
  void (*combine)(int32_t function, const float *x, intptr_t x_step, const float *y, intptr_t y_step,
                  intptr_t count, float *out);
  /* Of each row, out[i] = exp(x[i]) / the sum of all exp(x[j]). */
  void (*softmax)(const float *x, intptr_t row_count, intptr_t length, float *out);
  void (*normalize)(const apus_normalization *normalization, const float *x, float *out);
  /* New states of rows. `state` and `out` may be the same; `cells`, of an LSTM, are changed in place. */
  void (*gates)(const apus_gates *gates, const float *x, const float *h, intptr_t row_count, const float *state,
                float *cells, float *out);
  /* The product of rows of integers, see apus_integer_product. `out` has floats or 32-bit integers without gaps between
   * rows, `room` APUS_INTEGER_ROOM words. */
  void (*integer_product)(const apus_integer_product *product, const uint8_t *rows, intptr_t row_count, int32_t *room,
                          void *out);
  /* out[i] = x[i] / scale, rounded, the even one of two, then + zero, within 0 ... 255 or, if `is_signed`, -128 ... 127; what
   * is no number becomes the least. */
  void (*quantize)(float scale, int32_t zero, int32_t is_signed, const float *x, intptr_t count, uint8_t *out);
  void (*dequantize)(const apus_dequantization *dequantization, const uint8_t *x, float *out);
  /* The least and the greatest of x and 0. */
  void (*range)(const float *x, intptr_t count, float *least, float *greatest);
  void (*floats_of_integers)(const int32_t *x, intptr_t count, float *out);
} apus_kernels;

void capus_kernels_fill_baseline(apus_kernels *table);
#if defined(__x86_64__)
void capus_kernels_fill_v3(apus_kernels *table);
void capus_kernels_fill_v4(apus_kernels *table);
#endif

#endif
