/* scores.h - all ways to a score, which must be the same bits. */
#ifndef FUZZ_SCORES_H
#define FUZZ_SCORES_H

#include "apus.h"

/* Dense rows, one behind the other. */
typedef struct dense_rows {
  size_t row_count;
  size_t feature_count;
  float *values;
} dense_rows;

/* Whether it is the same number: equal bits, or both NaN. */
int same_number(double first, double second);
void require_same(const double *expected, const double *actual, size_t count, const char *what);

/* Rows that are drawn from special values and small numbers, and from the input itself. The caller frees `values`. */
dense_rows rows_from_bytes(size_t feature_count, size_t row_count, const uint8_t *bytes, size_t length);

/* The instruction sets of this machine, lowest first; NULL ends the list. */
const char *const *instruction_sets(void);

/* Values for all rows from a new scorer with these options, as one batch or one row at a time; NULL where the model
 * does not have that output. The caller frees them. */
double *scores_of(const apus_model *model, const apus_scorer_options *options, const dense_rows *rows, int by_row,
                  size_t *value_count);

/* Require that the best engine, at each instruction set, gives the reference's numbers for all outputs of the
 * boosting rounds from `begin` to `end` - 1. */
void compare_engines(const apus_model *model, const dense_rows *rows, int32_t begin, int32_t end);

/* Require that two models give the same numbers. */
void compare_models(const apus_model *first, const apus_model *second, const dense_rows *rows);

#endif /* FUZZ_SCORES_H */
