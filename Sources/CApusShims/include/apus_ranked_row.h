/* The form of an ensemble in which the ranked-columns engine scores one row: see RankedRowProgram.swift. */
#ifndef APUS_RANKED_ROW_H
#define APUS_RANKED_ROW_H

#include <stdint.h>

#include "apus_math.h"
#include "apus_ranked.h"

/* A split of the top of a tree: node i of a heap has the children 2 * i and 2 * i + 1, the root is node 1. */
typedef struct apus_row_split {
  uint16_t column;
  int8_t threshold;       /* right if the column's byte is above it               */
  uint8_t reserved;
} apus_row_split;

/* A node below the top: left and left + 1 follow it. A leaf follows itself. */
typedef struct apus_row_link {
  uint16_t column;
  int8_t threshold;
  uint8_t reserved;
  uint32_t left;
} apus_row_link;

typedef struct apus_row_tree {
  uint32_t exits;         /* where the nodes begin in `exits` that the heap leads to; not used if it leads to leaves */
  uint32_t links;         /* where its nodes begin in `links`                     */
  uint64_t values;        /* where its values begin: one for each way out of the heap, or for each node */
  uint32_t strip_count;   /* strips to copy before it is walked: of it and of the trees in step with it */
  uint32_t output;        /* first output that leaves add to                      */
  uint32_t width;         /* how many outputs                                     */
  uint32_t reserved;
} apus_row_tree;

/* A categorical feature whose missing values go one way. It has a row of conditions for each class of categories, 1
 * where a split sends the class right: what a row of the caller's asks of it is one of those rows. */
typedef struct apus_row_source {
  uint32_t feature;
  uint32_t entry_count;   /* entries of its table of classes                     */
  uint64_t first_entry;
  uint64_t rows;          /* where its rows begin; the first is for what is in no set */
  uint32_t row_size;
  uint32_t missing_row;
} apus_row_source;

/* The conditions of one source for trees that are walked in step. */
typedef struct apus_row_strip {
  uint32_t source;
  uint32_t offset;        /* in the row                                          */
  uint32_t target;        /* among the bytes                                     */
  uint32_t size;          /* in sixteens of bytes                                */
} apus_row_strip;

/* Trees that are walked alike: down a heap of `depth` levels, and then `steps` links. */
typedef struct apus_row_run {
  uint32_t tree_count;
  uint32_t depth;
  uint32_t steps;
  uint32_t is_plain;      /* no links, and leaves of one value: values lie 2^depth apart */
} apus_row_run;

#define APUS_ROW_DEPTH_LIMIT 8

typedef struct apus_row_model {
  const apus_ranked_model *ranks;   /* how values become ranks                    */
  const apus_row_run *runs;
  const apus_row_tree *trees;
  const apus_row_source *sources;
  const uint16_t *classes;          /* tables of all sources                     */
  const int8_t *conditions;         /* rows of all sources                       */
  const apus_row_strip *strips;
  const apus_row_split *splits;     /* the heaps, 2^depth entries each            */
  const apus_row_link *links;
  const uint32_t *exits;
  const void *values;               /* double if sums are, else float             */
  intptr_t run_count;
  intptr_t tree_count;
  intptr_t output_count;
  int32_t has_double_sums;
  int32_t source_count;
  intptr_t chosen;                  /* where, behind the bytes, the rows of sources are noted: 8 bytes each */
} apus_row_model;

/* The child of node `node` of a heap, and the node behind `node`, that a row goes to. The comparison becomes a number:
 * a branch on it would be mispredicted every other time. */
APUS_SHIM intptr_t apus_row_step(const apus_row_split *splits, intptr_t node, const int8_t *bytes) {
  return node + node + (splits[node].threshold < bytes[splits[node].column]);
}

APUS_SHIM intptr_t apus_row_follow(const apus_row_link *links, intptr_t node, const int8_t *bytes) {
  return (intptr_t)links[node].left + (links[node].threshold < bytes[links[node].column]);
}

#endif
