/* The form of an ensemble in which AVX-512 scores one row: see RankedBlockProgram.swift for a drawn example. */
#ifndef APUS_RANKED_BLOCKS_H
#define APUS_RANKED_BLOCKS_H

#include <stdint.h>

#include "apus_ranked.h"
#include "apus_ranked_row.h"

/* Trees of a group are walked together, each in a lane, and not in the order in which they are added. */
#define APUS_BLOCK_GROUP 64
/* Groups whose leaves are collected before the first is added, where they are not added at once. */
#define APUS_BLOCK_CHUNK 16
/* Columns of ranks that byte shuffles can choose from: two pages, of which complete trees use both. */
#define APUS_BLOCK_PAGE 256
#define APUS_BLOCK_COLUMNS 512
/* Usual features, likewise. */
#define APUS_BLOCK_FEATURES 256
/* What a call needs: the leaves of a chunk; the leaves, and likewise the links, of two groups; the masks of the roots of
 * four; a rank of 16 bits for each usual feature, and the bytes of the row. */
#define APUS_BLOCK_CHUNK_BYTES 4096
#define APUS_BLOCK_LEAF_BYTES 512
#define APUS_BLOCK_MASK_BYTES 512
#define APUS_BLOCK_RANK_BYTES 512
#define APUS_BLOCK_SCRATCH \
  (APUS_BLOCK_CHUNK_BYTES + 2 * APUS_BLOCK_LEAF_BYTES + APUS_BLOCK_MASK_BYTES + APUS_BLOCK_RANK_BYTES + APUS_BLOCK_COLUMNS)

_Static_assert(APUS_BLOCK_CHUNK_BYTES == 4 * APUS_BLOCK_CHUNK * APUS_BLOCK_GROUP, "four bytes a tree");
_Static_assert(APUS_BLOCK_LEAF_BYTES == 4 * 2 * APUS_BLOCK_GROUP, "four bytes a tree");
_Static_assert(APUS_BLOCK_MASK_BYTES == 2 * 4 * APUS_BLOCK_GROUP, "two bytes a tree");
_Static_assert(APUS_BLOCK_RANK_BYTES == 2 * APUS_BLOCK_FEATURES, "two bytes a feature");

/* The top four levels of four trees. Tree t has bytes 16 * t + i, where i is the place in a heap whose root is 1. */
typedef struct apus_block_roots {
  uint8_t columns[64];
  int8_t thresholds[64];  /* right if the column's byte is above it; 127: never  */
} apus_block_roots;

/* Three splits of a tree that hang together, the upper ones first, and their four ways out, from left to right. Of a
 * leaf no threshold is ever passed, and `next` is 0. */
typedef struct apus_block_link {
  uint8_t columns[3];
  uint8_t next_low;       /* the links on the ways out follow each other, `next` on: 13 bits. Complete trees
                             have no next, but a bit for each column that is on the second page */
  int8_t thresholds[3];
  uint8_t next_high;      /* its upper 3 bits: how the splits hang together, APUS_BLOCK_FORK ... */
} apus_block_link;

_Static_assert(sizeof(apus_block_link) == 8, "a gather reads one a lane");

/* The second and the third split are the children of the first. */
#define APUS_BLOCK_FORK 0
/* Or each is a child of the one before: the left or the right one, and then the left or the right one. */
#define APUS_BLOCK_LEFT_LEFT 1
#define APUS_BLOCK_LEFT_RIGHT 2
#define APUS_BLOCK_RIGHT_LEFT 3
#define APUS_BLOCK_RIGHT_RIGHT 4

/* A feature of at most 255 bounds whose missing values are NaN: the usual one. */
typedef struct apus_block_feature {
  uint32_t feature;
  uint32_t first_rank;    /* rank of a number that exceeds no bound               */
  uint64_t pivots;        /* the upper level of its search tree, in the bounds    */
  uint64_t bounds;        /* the lower level                                      */
} apus_block_feature;

/* What is read behind the lower level for a NaN, which exceeds all sixteen pivots. */
#define APUS_BLOCK_PADDING 272

/* What a group's trees are, beside complete ones with 0, 1 or 2 levels of links: linked, or alike on each level. Those
 * have no links, and their roots are a split for each level, the last one first: tree t has bytes 8 * t + i of eight
 * roots, and what they answer is the number of its leaf. */
#define APUS_BLOCK_LINKED 3
#define APUS_BLOCK_OBLIVIOUS 4

/* Where the sums of complete trees are floats, a link of the last level, its four values and a gap share four links' room,
 * so that they share a cache line: what a row costs is how many lines it asks the second-level cache for. */
#define APUS_BLOCK_SPREAD 2

typedef struct apus_block_group {
  uint64_t links[2];      /* even trees: where the links begin of the level below the roots, and of the one below
                             that; others: where theirs begin                     */
  uint32_t kind;          /* how many levels of links complete trees have, or APUS_BLOCK_LINKED, ...OBLIVIOUS */
  uint32_t shift;         /* levels too many, if trees are complete               */
  uint32_t spread;        /* log2 of how far apart the links of the last level are: 0, or APUS_BLOCK_SPREAD */
  uint32_t reserved;
  uint32_t steps[4];      /* links to follow in each 16 lanes, never fewer than before */
} apus_block_group;

typedef struct apus_block_model {
  const apus_ranked_model *ranks; /* how values become ranks                      */
  const apus_block_feature *features;    /* usual ones, and how the rest become ranks */
  const apus_ranked_feature *rest;
  const uint8_t *sources;         /* of each column: the usual feature it is of   */
  const uint64_t *missing_right;  /* of 64 columns each: where missing values go right */
  const apus_block_group *groups;
  const apus_block_roots *roots;  /* sixteen of each group                        */
  const uint64_t *pages;          /* of each of them: a bit for each column that is on the second page; or NULL */
  const apus_block_link *links;
  const uint32_t *firsts;         /* of each lane: its first link, from the start of the group's */
  const uint32_t *bases;          /* of each lane: what is added to the number of a leaf, or of its link */
  const uint8_t *lanes;           /* of each tree: its lane in its group         */
  const apus_row_tree *trees;     /* of which `values`, `output` and `width` are used */
  const void *values;             /* double if sums are, else float: `links`, if values are among them */
  intptr_t feature_count;
  intptr_t rest_count;
  intptr_t group_count;
  intptr_t tree_count;
  intptr_t output_count;
  intptr_t table_count;           /* vectors that hold the columns: 1, 2, 4 or 8  */
  int32_t has_double_sums;
  int32_t reserved;
} apus_block_model;

#endif
