/* errors_calls.h - wrong calls of the header's sections 6 and 7 for one element type.
 *
 * Included once for float and once for double, with ELEMENT and SUFFIX defined. Every call is right but for
 * one argument.
 */
#ifndef ERRORS_CALLS_H
#define ERRORS_CALLS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "refusal.h"

#define PASTE_WORDS(name, suffix) name##_##suffix
#define PASTE(name, suffix) PASTE_WORDS(name, suffix)
#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)


static size_t feature_count_of(const apus_scorer *scorer, size_t *margin_count)
{
  apus_scorer_info info;
  info.struct_size = sizeof info;
  check(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "no scorer info");
  *margin_count = (size_t)info.margin_count;
  return (size_t)info.feature_count;
}

static apus_scorer *scorer_of(const apus_model *model)
{
  apus_scorer_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.output = APUS_OUTPUT_MARGIN;
  apus_scorer *scorer = NULL;
  check(apus_scorer_create(model, &options, &scorer, NULL) == APUS_OK, "no scorer");
  return scorer;
}

#endif /* ERRORS_CALLS_H */

#define NAME(name) PASTE(name, SUFFIX)
#define FUNCTION(name) name "_" TEXT(SUFFIX) ": "

/* A pointer between two elements. */
static const ELEMENT *NAME(askew)(const ELEMENT *pointer)
{
  return (const ELEMENT *)(const void *)((const char *)pointer + sizeof(ELEMENT) / 2);
}

static double *NAME(askew_out)(double *pointer)
{
  return (double *)(void *)((char *)pointer + sizeof(double) / 2);
}

void NAME(refuse_rows)(const subjects *with)
{
  size_t margins;
  apus_scorer *scorer = scorer_of(with->tree);
  size_t features = feature_count_of(scorer, &margins);
  ELEMENT *row = (ELEMENT *)allocate(features + 1, sizeof *row);
  double out[2] = {0, 0};
#define SCORE NAME(apus_scorer_score_row)
  REFUSED(APUS_INVALID_ARGUMENT, "scorer", SCORE(NULL, row, features, out, 1, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row", SCORE(scorer, NULL, features, out, 1, error));
  REFUSED(APUS_INVALID_ARGUMENT, "out", SCORE(scorer, row, features, NULL, 1, error));
  REFUSED(APUS_INVALID_ARGUMENT, "align", SCORE(scorer, NAME(askew)(row), features, out, 1, error));
  REFUSED(APUS_INVALID_ARGUMENT, "align", SCORE(scorer, row, features, NAME(askew_out)(out), 1, error));

  char wanted[32];
  snprintf(wanted, sizeof wanted, "%zu", features);
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted, SCORE(scorer, row, 0, out, 1, error));
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted, SCORE(scorer, row, features - 1, out, 1, error));
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted, SCORE(scorer, row, features + 1, out, 1, error));
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted, SCORE(scorer, row, SIZE_MAX, out, 1, error));
  REFUSED(APUS_BUFFER_TOO_SMALL, "1", SCORE(scorer, row, features, out, 0, error));
  REFUSED(APUS_BUFFER_TOO_SMALL, "1", SCORE(scorer, row, features, NULL, 0, error));

  out[1] = 42;
  ACCEPTED(SCORE(scorer, row, features, out, 2, error));
  check(out[1] == 42.0, "written behind the results");
#undef SCORE
  free(row);
  apus_scorer_release(scorer);
}

/* The arguments of a batch call that are right, for refuse_options_and_output. */
typedef struct NAME(arguments) {
  const apus_scorer *scorer;
  size_t features;
  const ELEMENT *rows;
  const ELEMENT *const *columns;
  const int64_t *offsets;
  const int32_t *indices;
  size_t value_count;
} NAME(arguments);

static apus_status NAME(call_batch)(const void *context, const apus_batch_options *options, double *out,
                                    size_t out_capacity, apus_error *error)
{
  const NAME(arguments) *with = (const NAME(arguments) *)context;
  return NAME(apus_scorer_score)(with->scorer, with->rows, ROW_COUNT, with->features, 0, options, out,
                                 out_capacity, error);
}

static apus_status NAME(call_columns)(const void *context, const apus_batch_options *options, double *out,
                                      size_t out_capacity, apus_error *error)
{
  const NAME(arguments) *with = (const NAME(arguments) *)context;
  return NAME(apus_scorer_score_columns)(with->scorer, with->columns, with->features, ROW_COUNT, options, out,
                                         out_capacity, error);
}

static apus_status NAME(call_csr)(const void *context, const apus_batch_options *options, double *out,
                                  size_t out_capacity, apus_error *error)
{
  const NAME(arguments) *with = (const NAME(arguments) *)context;
  return NAME(apus_scorer_score_csr)(with->scorer, with->offsets, ROW_COUNT, with->indices, with->rows,
                                     with->value_count, with->features, options, out, out_capacity, error);
}

void NAME(refuse_batches)(const subjects *with)
{
  size_t margins;
  apus_scorer *scorer = scorer_of(with->vector);
  size_t features = feature_count_of(scorer, &margins);
  size_t need = ROW_COUNT * margins;
  ELEMENT *rows = (ELEMENT *)allocate(ROW_COUNT * features + 1, sizeof *rows);
  double *out = (double *)allocate(need, sizeof *out);
  char wanted[32];
#define SCORE NAME(apus_scorer_score)
  NAME(arguments) right = {scorer, features, rows, NULL, NULL, NULL, 0};
  refuse_options_and_output(FUNCTION("apus_scorer_score"), NAME(call_batch), &right, need);

  REFUSED(APUS_INVALID_ARGUMENT, "scorer",
          SCORE(NULL, rows, ROW_COUNT, features, 0, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "rows",
          SCORE(scorer, NULL, ROW_COUNT, features, 0, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "align",
          SCORE(scorer, NAME(askew)(rows), ROW_COUNT, features, 0, NULL, out, need, error));
  snprintf(wanted, sizeof wanted, "%zu", features);
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted,
          SCORE(scorer, rows, ROW_COUNT, features - 1, 0, NULL, out, need, error));
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted,
          SCORE(scorer, rows, ROW_COUNT, features + 1, 0, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row_stride",
          SCORE(scorer, rows, ROW_COUNT, features, features - 1, NULL, out, need, error));

  /* Lengths whose size in bytes does not fit. */
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, rows, SIZE_MAX, features, 0, NULL, out, SIZE_MAX, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, rows, SIZE_MAX / 8, features, 0, NULL, out, SIZE_MAX, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, rows, ROW_COUNT, features, SIZE_MAX, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, rows, ROW_COUNT, features, SIZE_MAX / sizeof(ELEMENT), NULL, out, need, error));

  ACCEPTED(SCORE(scorer, rows, 0, features, 0, NULL, out, need, error));
  ACCEPTED(SCORE(scorer, NULL, 0, features, 0, NULL, NULL, 0, error));
  ACCEPTED(SCORE(scorer, rows, ROW_COUNT, features, 0, NULL, out, need, error));
#undef SCORE
  free(out);
  free(rows);
  apus_scorer_release(scorer);
}

void NAME(refuse_columns)(const subjects *with)
{
  size_t margins;
  apus_scorer *scorer = scorer_of(with->vector);
  size_t features = feature_count_of(scorer, &margins);
  size_t need = ROW_COUNT * margins;
  ELEMENT cells[ROW_COUNT + 1] = {0, 0, 0, 0};
  const ELEMENT **columns = (const ELEMENT **)allocate(features + 1, sizeof *columns);
  double *out = (double *)allocate(need, sizeof *out);
  char wanted[32];
  for (size_t index = 0; index <= features; index++)
    columns[index] = cells;
#define SCORE NAME(apus_scorer_score_columns)
  NAME(arguments) right = {scorer, features, NULL, columns, NULL, NULL, 0};
  refuse_options_and_output(FUNCTION("apus_scorer_score_columns"), NAME(call_columns), &right, need);

  REFUSED(APUS_INVALID_ARGUMENT, "scorer", SCORE(NULL, columns, features, ROW_COUNT, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "columns", SCORE(scorer, NULL, features, ROW_COUNT, NULL, out, need, error));
  const ELEMENT *const *askew =
      (const ELEMENT *const *)(const void *)((const char *)columns + sizeof *columns / 2);
  REFUSED(APUS_INVALID_ARGUMENT, "align", SCORE(scorer, askew, features, ROW_COUNT, NULL, out, need, error));
  snprintf(wanted, sizeof wanted, "%zu", features);
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted,
          SCORE(scorer, columns, features - 1, ROW_COUNT, NULL, out, need, error));
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted,
          SCORE(scorer, columns, features + 1, ROW_COUNT, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, columns, features, SIZE_MAX, NULL, out, SIZE_MAX, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, columns, features, SIZE_MAX / sizeof(ELEMENT), NULL, out, SIZE_MAX, error));
  columns[features - 1] = NULL;
  REFUSED(APUS_INVALID_ARGUMENT, "column", SCORE(scorer, columns, features, ROW_COUNT, NULL, out, need, error));
  ACCEPTED(SCORE(scorer, columns, features, 0, NULL, out, need, error));
  columns[features - 1] = NAME(askew)(cells);
  REFUSED(APUS_INVALID_ARGUMENT, "align", SCORE(scorer, columns, features, ROW_COUNT, NULL, out, need, error));
#undef SCORE
  free(out);
  free(columns);
  apus_scorer_release(scorer);
}

/* Sparse rows whose one wrong number is set before the call and mended after it. */
void NAME(refuse_csr)(const subjects *with)
{
  size_t margins;
  apus_scorer *scorer = scorer_of(with->vector);
  size_t features = feature_count_of(scorer, &margins);
  size_t need = ROW_COUNT * margins;
  int64_t offsets[ROW_COUNT + 2] = {0, 1, 2, 4, 4};
  int32_t indices[5] = {0, 0, 1, 0, 0};
  ELEMENT values[5] = {1, 2, 3, 4, 5};
  double *out = (double *)allocate(need, sizeof *out);
  char wanted[32];
#define SCORE NAME(apus_scorer_score_csr)
  NAME(arguments) right = {scorer, features, values, NULL, offsets, indices, 4};
  refuse_options_and_output(FUNCTION("apus_scorer_score_csr"), NAME(call_csr), &right, need);
#define SCORE_ARRAYS(offsets, indices, values) \
  SCORE(scorer, offsets, ROW_COUNT, indices, values, 4, features, NULL, out, need, error)

  REFUSED(APUS_INVALID_ARGUMENT, "scorer",
          SCORE(NULL, offsets, ROW_COUNT, indices, values, 4, features, NULL, out, need, error));
  REFUSED(APUS_INVALID_ARGUMENT, "row_offsets", SCORE_ARRAYS(NULL, indices, values));
  REFUSED(APUS_INVALID_ARGUMENT, "feature_indices", SCORE_ARRAYS(offsets, NULL, values));
  REFUSED(APUS_INVALID_ARGUMENT, "values", SCORE_ARRAYS(offsets, indices, NULL));
  REFUSED(APUS_INVALID_ARGUMENT, "align", SCORE_ARRAYS(offsets, indices, NAME(askew)(values)));
  REFUSED(APUS_INVALID_ARGUMENT, "align",
          SCORE_ARRAYS((const int64_t *)(const void *)((const char *)offsets + 4), indices, values));
  REFUSED(APUS_INVALID_ARGUMENT, "align",
          SCORE_ARRAYS(offsets, (const int32_t *)(const void *)((const char *)indices + 2), values));
  REFUSED(APUS_INVALID_ARGUMENT, "row",
          SCORE(scorer, offsets, SIZE_MAX, indices, values, 4, features, NULL, out, SIZE_MAX, error));
  REFUSED(APUS_INVALID_ARGUMENT, "value_count",
          SCORE(scorer, offsets, ROW_COUNT, indices, values, SIZE_MAX, features, NULL, out, need, error));
  snprintf(wanted, sizeof wanted, "%zu", features);
  REFUSED(APUS_FEATURE_COUNT_MISMATCH, wanted,
          SCORE(scorer, offsets, ROW_COUNT, indices, values, 4, features + 1, NULL, out, need, error));

  static const struct {
    size_t place;
    int64_t value;
    const char *words;
  } offset_faults[] = {{0, -1, "-1"}, {1, 3, "offset"}, {3, 1, "offset"}, {3, 5, "5"}, {3, INT64_MAX, "offset"},
                       {2, INT64_MIN, "offset"}};
  for (size_t index = 0; index < sizeof offset_faults / sizeof offset_faults[0]; index++) {
    int64_t kept = offsets[offset_faults[index].place];
    offsets[offset_faults[index].place] = offset_faults[index].value;
    REFUSED(APUS_INDEX_OUT_OF_RANGE, offset_faults[index].words, SCORE_ARRAYS(offsets, indices, values));
    offsets[offset_faults[index].place] = kept;
  }

  const int32_t index_faults[] = {-1, (int32_t)features, INT32_MAX, INT32_MIN};
  for (size_t index = 0; index < sizeof index_faults / sizeof index_faults[0]; index++) {
    int32_t kept = indices[1];
    apus_error place;
    indices[1] = index_faults[index];
    snprintf(wanted, sizeof wanted, "%d", (int)index_faults[index]);
    REFUSED(APUS_INDEX_OUT_OF_RANGE, wanted, SCORE_ARRAYS(offsets, indices, values));
    apus_error *error = &place;
    check(SCORE_ARRAYS(offsets, indices, values) != APUS_OK && place.row == 1,
          "a wrong feature index in row 1 is said to be in row %lld", (long long)place.row);
    indices[1] = kept;
  }

  int64_t nothing[1] = {0};
  ACCEPTED(SCORE(scorer, nothing, 0, NULL, NULL, 0, features, NULL, NULL, 0, error));
  int64_t empty[ROW_COUNT + 1] = {0, 0, 0, 0};
  ACCEPTED(SCORE(scorer, empty, ROW_COUNT, NULL, NULL, 0, features, NULL, out, need, error));
  ACCEPTED(SCORE_ARRAYS(offsets, indices, values));
#undef SCORE_ARRAYS
#undef SCORE
  free(out);
  apus_scorer_release(scorer);
}

#undef FUNCTION
#undef NAME
