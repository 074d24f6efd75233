/* call.h - one call that scores rows: its arguments, and what the rows mean. */
#ifndef FUZZ_CALL_H
#define FUZZ_CALL_H

#include "scorer_options.h"
#include "scores.h"

typedef enum layout {
  ROWS_32,
  ROWS_64,
  COLUMNS_32,
  COLUMNS_64,
  SPARSE_32,
  SPARSE_64,
  ROW_32,
  ROW_64,
  LAYOUT_COUNT
} layout;

typedef struct scoring_call {
  layout layout;
  const apus_scorer *scorer;
  void *values; /* of the rows, or of the entries of sparse rows */
  size_t row_count;
  size_t feature_count;
  size_t row_stride;
  void **columns;
  int64_t *row_offsets;
  int32_t *feature_indices;
  size_t entry_count;
  const apus_batch_options *options;
  double *out;
  size_t out_capacity;

  size_t needed;      /* doubles that the results are              */
  dense_rows meaning; /* the rows as a scorer without options sees */
  double *base_margin;
  _Alignas(16) unsigned char options_memory[4096];
  statuses allowed;
  void *blocks[64]; /* what is to be freed */
  size_t block_count;
} scoring_call;

/* Arguments without a fault for a scorer that was made from `meant`. */
void take_call(scoring_call *call, const apus_scorer *scorer, const apus_scorer_options *meant, byte_stream *stream);

/* Zeroed memory of exactly that size, aligned, that ends with the call. */
void *call_memory(scoring_call *call, size_t count, size_t size);

int is_single_row(const scoring_call *call);
apus_status perform(const scoring_call *call, apus_error *error);
void end_call(scoring_call *call);

#endif /* FUZZ_CALL_H */
