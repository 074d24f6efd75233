/* paths.h - every way through the header to the scores of a table of rows, for one element type.
 *
 * Included once for float and once for double, with ELEMENT and SUFFIX defined. Each path has the same
 * shape: score all rows of the table, as the batch options say, into out. A path that cannot take batch
 * options (one row at a time) is only given NULL.
 *
 * `table` is what they read: rows one behind the other, in both precisions.
 */
#ifndef PATHS_H
#define PATHS_H

#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "check.h"

typedef struct table {
  size_t row_count;
  size_t feature_count;
  size_t value_count;  /* results of a row                                             */
  size_t margin_count; /* base margins of a row                                        */
  float *rows_f32;
  double *rows_f64; /* the same values, widened                                        */
} table;

typedef apus_status (*scoring_path)(const apus_scorer *scorer, const table *input,
                                    const apus_batch_options *options, double *out, apus_error *error);

/* The options for a part of the rows: its own base margins. */
static apus_batch_options part_of(const apus_batch_options *options, const table *input, size_t first,
                                  size_t count)
{
  apus_batch_options part;
  memset(&part, 0, sizeof part);
  if (options)
    part = *options;
  part.struct_size = sizeof part;
  if (part.base_margin) {
    part.base_margin += first * input->margin_count;
    part.base_margin_count = count * input->margin_count;
  }
  return part;
}

/* Entries that a sparse row does not hold. LightGBM drops those of a dense row that are almost zero. */
typedef enum entries { MISSING, ZERO, ALMOST_ZERO } entries;
#define TINY 1e-35f

#define PASTE_WORDS(name, suffix) name##_##suffix
#define PASTE(name, suffix) PASTE_WORDS(name, suffix)

#endif /* PATHS_H */

#define NAME(name) PASTE(name, SUFFIX)
#define ROWS(input) ((const ELEMENT *)(input)->NAME(rows))

/* One row at a time: the call for a service. */
static apus_status NAME(by_row)(const apus_scorer *scorer, const table *input,
                                const apus_batch_options *options, double *out, apus_error *error)
{
  apus_status status = options ? APUS_INVALID_ARGUMENT : APUS_OK;
  for (size_t row = 0; row < input->row_count && status == APUS_OK; row++)
    status = NAME(apus_scorer_score_row)(scorer, ROWS(input) + row * input->feature_count,
                                         input->feature_count, out + row * input->value_count,
                                         input->value_count, error);
  return status;
}

static apus_status NAME(by_batch)(const apus_scorer *scorer, const table *input,
                                  const apus_batch_options *options, double *out, apus_error *error)
{
  return NAME(apus_scorer_score)(scorer, ROWS(input), input->row_count, input->feature_count, 0, options,
                                 out, input->row_count * input->value_count, error);
}

/* Batches of seven, so that no batch begins where a block of rows begins. */
static apus_status NAME(by_sevens)(const apus_scorer *scorer, const table *input,
                                   const apus_batch_options *options, double *out, apus_error *error)
{
  apus_status status = APUS_OK;
  for (size_t row = 0; row < input->row_count && status == APUS_OK; row += 7) {
    size_t count = input->row_count - row < 7 ? input->row_count - row : 7;
    apus_batch_options part = part_of(options, input, row, count);
    status = NAME(apus_scorer_score)(scorer, ROWS(input) + row * input->feature_count, count,
                                     input->feature_count, input->feature_count, &part,
                                     out + row * input->value_count, count * input->value_count, error);
  }
  return status;
}

/* Rows further apart than they are long. What lies between is not a number that any row holds, and the
 * last row has nothing behind it. */
static apus_status NAME(by_stride)(const apus_scorer *scorer, const table *input,
                                   const apus_batch_options *options, double *out, apus_error *error)
{
  size_t stride = input->feature_count + 3;
  size_t length = (input->row_count - 1) * stride + input->feature_count;
  ELEMENT *rows = (ELEMENT *)allocate(length, sizeof *rows);
  for (size_t index = 0; index < length; index++)
    rows[index] = (ELEMENT)-31415926;
  for (size_t row = 0; row < input->row_count; row++)
    memcpy(rows + row * stride, ROWS(input) + row * input->feature_count,
           input->feature_count * sizeof *rows);
  apus_status status =
      NAME(apus_scorer_score)(scorer, rows, input->row_count, input->feature_count, stride, options, out,
                              input->row_count * input->value_count, error);
  free(rows);
  return status;
}

static apus_status NAME(by_columns)(const apus_scorer *scorer, const table *input,
                                    const apus_batch_options *options, double *out, apus_error *error)
{
  size_t row_count = input->row_count;
  size_t column_count = input->feature_count;
  ELEMENT *cells = (ELEMENT *)allocate(row_count * column_count, sizeof *cells);
  const ELEMENT **columns = (const ELEMENT **)allocate(column_count, sizeof *columns);
  for (size_t column = 0; column < column_count; column++) {
    for (size_t row = 0; row < row_count; row++)
      cells[column * row_count + row] = ROWS(input)[row * column_count + column];
    columns[column] = cells + column * row_count;
  }
  apus_status status =
      NAME(apus_scorer_score_columns)(scorer, columns, column_count, row_count, options, out,
                                      row_count * input->value_count, error);
  free(columns);
  free(cells);
  return status;
}

/* Sparse rows without the entries that `left_out` says. Odd rows hold their entries in descending order
 * and name one feature twice, of which the last counts; the offsets do not begin at 0. */
static apus_status NAME(by_csr)(const apus_scorer *scorer, const table *input, entries left_out,
                                const apus_batch_options *options, double *out, apus_error *error)
{
  size_t features = input->feature_count;
  size_t capacity = 1 + input->row_count * (features + 1);
  int64_t *offsets = (int64_t *)allocate(input->row_count + 1, sizeof *offsets);
  int32_t *indices = (int32_t *)allocate(capacity, sizeof *indices);
  ELEMENT *values = (ELEMENT *)allocate(capacity, sizeof *values);
  size_t count = 1;
  for (size_t row = 0; row < input->row_count; row++) {
    const ELEMENT *dense = ROWS(input) + row * features;
    offsets[row] = (int64_t)count;
    for (size_t step = 0; step < features; step++) {
      size_t feature = row % 2 ? features - 1 - step : step;
      ELEMENT value = dense[feature];
      ELEMENT zero = 0;
      if (left_out == ZERO ? memcmp(&value, &zero, sizeof value) == 0
                           : left_out == MISSING ? value != value : value >= (ELEMENT)-TINY && value <= (ELEMENT)TINY)
        continue;
      if (row % 2 && count == (size_t)offsets[row]) {
        indices[count] = (int32_t)feature;
        values[count++] = (ELEMENT)-31415926;
      }
      indices[count] = (int32_t)feature;
      values[count++] = value;
    }
  }
  offsets[input->row_count] = (int64_t)count;
  apus_status status = NAME(apus_scorer_score_csr)(scorer, offsets, input->row_count, indices, values,
                                                   count, features, options, out,
                                                   input->row_count * input->value_count, error);
  free(values);
  free(indices);
  free(offsets);
  return status;
}

static apus_status NAME(by_csr_without_missing)(const apus_scorer *scorer, const table *input,
                                                const apus_batch_options *options, double *out,
                                                apus_error *error)
{
  return NAME(by_csr)(scorer, input, MISSING, options, out, error);
}

static apus_status NAME(by_csr_without_zero)(const apus_scorer *scorer, const table *input,
                                             const apus_batch_options *options, double *out,
                                             apus_error *error)
{
  return NAME(by_csr)(scorer, input, ZERO, options, out, error);
}

static apus_status NAME(by_csr_without_almost_zero)(const apus_scorer *scorer, const table *input,
                                                    const apus_batch_options *options, double *out,
                                                    apus_error *error)
{
  return NAME(by_csr)(scorer, input, ALMOST_ZERO, options, out, error);
}

#undef NAME
#undef ROWS
