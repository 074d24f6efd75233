/* The forms of an ensemble in which the node-walk engine scores: see NodeWalkEngine.swift. */
#ifndef APUS_WALK_H
#define APUS_WALK_H

#include <stdint.h>

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

/* A node of the compact form, 8 bytes. The children of a split are neighbours: left and left + 1. A leaf is its own left
 * child, and no value is above its bound, which is NaN: who has arrived stays where it is. */
typedef struct apus_compact_node {
  float bound;   /* a value above it goes right; of a leaf APUS_COMPACT_LEAF, and in the low bits what it adds: a
                    number of a value, of a vector, or of the leaf itself                                       */
  uint32_t word; /* left child from the tree's first node, APUS_COMPACT_MISSING_RIGHT, and above them the feature */
} apus_compact_node;

_Static_assert(sizeof(apus_compact_node) == 8, "eight nodes share a cache line");

#define APUS_COMPACT_LEAF 0x7FC00000u
#define APUS_COMPACT_VALUE 0x003FFFFFu
#define APUS_COMPACT_CHILD 0x000FFFFFu
#define APUS_COMPACT_MISSING_RIGHT 0x00100000u
#define APUS_COMPACT_FEATURE_SHIFT 21
#define APUS_COMPACT_FEATURES 2048

typedef struct apus_compact_tree {
  uint32_t output;
  uint32_t has_vectors; /* its leaves add vectors to all outputs */
} apus_compact_tree;

typedef struct apus_compact_forest {
  const apus_compact_node *nodes;
  const uint32_t *roots;          /* of each tree, from the first node of the forest   */
  const apus_compact_tree *trees;
  const double *values;           /* the distinct values of leaves                     */
  const double *vectors;          /* output_count of them for each distinct leaf vector */
  intptr_t tree_count;
  intptr_t output_count;
  intptr_t first_steps;           /* after so many steps it pays to look who has arrived */
  int32_t has_double_sums;
} apus_compact_forest;

/* Who walks in step, rows through one tree or trees for one row: at most so many. */
#define APUS_COMPACT_BLOCK 512
/* Room behind each list, where whole vectors are written. */
#define APUS_COMPACT_SLACK 64

/* Who is still on the way, and who has arrived at a leaf. */
typedef struct apus_walk_lists {
  uint32_t *nodes;
  uint32_t *ids;      /* which row, or which tree                         */
  uint32_t *leaves;   /* bounds of leaves                                 */
  uint32_t *leaf_ids;
  intptr_t count;
  intptr_t leaf_count;
} apus_walk_lists;

/* Four lists, and the leaf of each tree. */
enum { APUS_COMPACT_SCRATCH = 4 * (4 * (APUS_COMPACT_BLOCK + APUS_COMPACT_SLACK) + APUS_COMPACT_BLOCK) };

#endif
