/* The compiled form of the ranked-columns engine: see RankedEngine.swift for the idea and a drawn example. */
#ifndef APUS_RANKED_H
#define APUS_RANKED_H

#include <stdint.h>

/* Bounds are searched sixteen at a time, in a tree of `level_count` levels. Level 0 is the sorted bounds of a feature;
 * entry e of level l + 1 is the largest bound of the sixteen from 16 * e on in level l. What is left of a level is
 * filled with infinity, which no value exceeds. */
#define APUS_RANKED_FANOUT 16
#define APUS_RANKED_LEVEL_LIMIT 5

/* How the values of a feature become ranks. */
typedef struct apus_ranked_feature {
  uint32_t feature;
  uint32_t first_column;
  uint32_t column_count;  /* a column for each window, then the same for the next kind of missing value */
  uint32_t window_count;
  uint32_t level_count;   /* 0: a feature whose values are categories            */
  uint32_t first_rank;    /* rank of a number that exceeds no bound              */
  uint32_t zero_is_missing; /* whether it is for one of the columns              */
  uint32_t class_count;   /* categories: entries of its table of classes, one for each window */
  uint64_t first_class;   /*             where that table begins                 */
  uint64_t levels[APUS_RANKED_LEVEL_LIMIT]; /* where each level begins in `bounds` */
} apus_ranked_feature;

/* One byte of rank for each row: window w of a feature has rank - 255 * w, kept within 0 ... 255, less 128. Of
 * categories, a byte has the class, if it is one of the window's, or 0. */
typedef struct apus_ranked_column {
  int8_t missing;         /* the byte of a missing value                         */
  uint8_t zero_is_missing;
} apus_ranked_column;

/* Columns, conditions and slots are named by the place of their first byte in the workspace. Their size is that of
 * `vectors` vectors. */

/* target = column > threshold ? leaf + 1 : leaf */
typedef struct apus_ranked_pair {
  uint32_t column;
  uint32_t target;
  int8_t threshold;
  int8_t leaf;
  uint16_t reserved;
} apus_ranked_pair;

/* target = column > threshold ? right : left. Of a child that is a leaf, the place is where a vector of its number is:
 * from one vector of the block to the next, the child is `step` bytes on, or 0. */
typedef struct apus_ranked_split {
  uint32_t column;
  uint32_t left;
  uint32_t right;
  uint32_t target;
  int8_t threshold;
  uint8_t left_step;
  uint8_t right_step;
  uint8_t reserved;
} apus_ranked_split;

/* A split that a tree asks on all nodes of a level: root = column > threshold ? root | bit : root. The root begins as 0. */
typedef struct apus_ranked_level {
  uint32_t column;
  int8_t threshold;
  uint8_t bit;
  uint16_t reserved;
} apus_ranked_level;

/* Numbers that a leaf can have. */
#define APUS_RANKED_LEAF_NUMBERS 256

/* condition = class in `column` is in the set ? 127 : -128, or, if it is one of `more`, what the condition was. Class c
 * is bit c % 8 of byte c / 8. */
typedef struct apus_ranked_member {
  uint8_t set[32];        /* first: the kernel reads it where the struct begins  */
  uint32_t column;
  uint32_t condition;
  uint32_t is_more;       /* for the same condition, in another window of classes */
} apus_ranked_member;

/* A tree, or a part of one: see RankedParts.swift. */
typedef struct apus_ranked_tree {
  uint32_t member_count;
  uint32_t pair_count;
  uint32_t split_count;
  uint32_t root;          /* the slot that holds each row's leaf                  */
  uint32_t leaf_kind;     /* APUS_RANKED_LEAVES_...                              */
  uint32_t leaf_count;
  uint32_t output;        /* first output that leaves add to                     */
  uint32_t width;         /* how many outputs                                    */
  uint32_t level_count;   /* of an oblivious tree, which has neither pairs nor splits: a leaf is one of no level */
  uint32_t reserved;
  uint64_t leaves;        /* where its tables begin in `leaves`, one an output   */
} apus_ranked_tree;

/* The leaf table of one output: the values themselves, or planes of n entries: first the lowest byte of each value,
 * then the next, and so on. */
#define APUS_RANKED_LEAVES_DIRECT 0
#define APUS_RANKED_LEAVES_16 1
#define APUS_RANKED_LEAVES_64 2
#define APUS_RANKED_LEAVES_128 3
#define APUS_RANKED_LEAVES_256 4

typedef struct apus_ranked_model {
  const apus_ranked_feature *features;
  const apus_ranked_column *columns;
  const float *bounds_f32;
  const double *bounds_f64;         /* NULL if rows are 32-bit               */
  const uint8_t *classes;
  const apus_ranked_tree *trees;
  const apus_ranked_member *members;
  const apus_ranked_pair *pairs;
  const apus_ranked_split *splits;
  const apus_ranked_level *levels;
  const uint8_t *leaves;
  intptr_t feature_count;
  intptr_t column_count;
  intptr_t vectors;                 /* 1, 2 or 4                             */
  intptr_t sums;                    /* where sums begin in the workspace     */
  intptr_t places;                  /* where the byte of each row            */
  intptr_t missing;                 /* and where two columns of who is missing */
  intptr_t tree_count;
  intptr_t output_count;
  int32_t has_double_sums;
  int32_t truncates_categories;
} apus_ranked_model;

#endif
