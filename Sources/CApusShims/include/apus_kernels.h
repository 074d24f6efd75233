/* The contract between the engine and the kernels. A kernel module is never imported: each level exports one
 * function that fills a table of these pointers. */
#ifndef APUS_KERNELS_H
#define APUS_KERNELS_H

#include <stdint.h>

#include "apus_network.h"
#include "apus_ranked.h"
#include "apus_ranked_blocks.h"
#include "apus_ranked_row.h"

/* A node of the node-walk engine, 16 bytes. The children of a split are neighbours: left and left + 1.
 *
 * A stump "x[7] <= 0.5, missing goes right" with leaves 1.25 and -3, which the source library numbers 1 and 2:
 *
 *   index | payload | feature_and_flags | left
 *       0 |  0.5    | 7                 |    1
 *       1 |  1.25   | APUS_WALK_LEAF    |    1
 *       2 | -3      | APUS_WALK_LEAF    |    2
 */
typedef struct apus_walk_node {
  uint64_t payload;           /* bits of: the bound of a split (float or double, see apus_walk_forest);
                                 the set of a categorical one; the value of a leaf (double), or its vector */
  uint32_t feature_and_flags; /* feature in the low 28 bits, or APUS_WALK_LEAF                             */
  uint32_t left;              /* left child from the start of the forest; a leaf's number                  */
} apus_walk_node;

_Static_assert(sizeof(apus_walk_node) == 16, "four nodes share a cache line");

#define APUS_WALK_LEAF 0x80000000u
#define APUS_WALK_VECTOR 0x40000000u       /* of a leaf: it adds a vector to all outputs      */
#define APUS_WALK_LINEAR 0x20000000u       /* of a leaf: it adds linear leaf `payload`        */
#define APUS_WALK_CATEGORICAL 0x40000000u  /* of a split: members of set `payload` go right   */
#define APUS_WALK_DEFAULT_LEFT 0x20000000u /* of a split: a missing value goes left           */
#define APUS_WALK_ZERO_MISSING 0x10000000u /* of a split: what is almost zero is missing      */
#define APUS_WALK_FEATURE 0x0FFFFFFFu

/* Where a tree begins, and the output that its leaves add to. */
typedef struct apus_walk_tree {
  uint32_t root;
  uint32_t output;
} apus_walk_tree;

/* A leaf that adds constant + coefficient * value + ... of its terms, or fallback if one of the values is NaN. */
typedef struct apus_walk_linear_leaf {
  double constant;
  double fallback;
  intptr_t first_term;
  intptr_t term_count;
} apus_walk_linear_leaf;

typedef struct apus_walk_forest {
  const apus_walk_node *nodes;
  const apus_walk_tree *trees;
  intptr_t tree_count;
  intptr_t output_count;
  int32_t has_double_bounds;       /* bounds of splits are double, not float                     */
  int32_t has_double_sums;         /* sums are not rounded to float after each addition          */
  int32_t truncates_categories;    /* categories are cut towards zero, not downwards             */
  int32_t flushes_almost_zero;     /* to linear leaves, what is almost zero is 0                 */
  const double *leaf_vectors;      /* output_count values a row                                  */
  const apus_walk_linear_leaf *linear_leaves;
  const int32_t *linear_features;    /* of each term of a linear leaf                            */
  const double *linear_coefficients; /* likewise                                                 */
  const uint32_t *category_words;  /* sets as bit tables, one behind the other                   */
  const uint32_t *category_starts; /* set i: words category_starts[i] ... category_starts[i+1]-1 */
} apus_walk_forest;

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
  /* out[r * columns + c] = the product of row r, see apus_product. */
  void (*product)(const apus_product *product, const float *rows, intptr_t row_count, float *out);
  /* out[i] = APUS_MAP_... of x[i]. */
  void (*map)(int32_t function, const float *x, intptr_t count, float *out);
  /* out[i] = APUS_COMBINE_... of x[i] and y[i]; a step of 0 instead of 1 repeats the first. */
  void (*combine)(int32_t function, const float *x, intptr_t x_step, const float *y, intptr_t y_step,
                  intptr_t count, float *out);
} apus_kernels;

void capus_kernels_fill_baseline(apus_kernels *table);
#if defined(__x86_64__)
void capus_kernels_fill_v3(apus_kernels *table);
void capus_kernels_fill_v4(apus_kernels *table);
#endif

#endif
