#include "call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "require.h"

void *call_memory(scoring_call *call, size_t count, size_t size)
{
  void *memory = calloc(count ? count : 1, size);
  require(memory && call->block_count < sizeof call->blocks / sizeof *call->blocks, "there is no memory for a call");
  call->blocks[call->block_count++] = memory;
  return memory;
}

int is_single_row(const scoring_call *call) { return call->layout >= ROW_32; }

static int is_64(const scoring_call *call) { return call->layout & 1; }

static void store(const scoring_call *call, void *values, size_t index, double number)
{
  if (is_64(call)) ((double *)values)[index] = number;
  else ((float *)values)[index] = (float)number;
}

/* A value of a row, and what it means. Doubles lie a little beside floats, which are what models compare with. */
static double take_value(const scoring_call *call, const apus_scorer_options *meant, byte_stream *stream,
                         float *meaning)
{
  double number = (double)take_float(stream);
  if (is_64(call) && take_byte(stream) >= 192) number *= 1 + 1e-9;
  *meaning = (float)number;
  if (meant->has_missing_value && *meaning == (float)meant->missing_value) *meaning = NAN;
  return number;
}

static void take_dense(scoring_call *call, const apus_scorer_options *meant, byte_stream *stream)
{
  size_t features = call->feature_count, rows = call->row_count;
  call->row_stride = features;
  uint8_t choice = is_single_row(call) ? 0 : take_byte(stream);
  if (choice >= 128) call->row_stride += choice % 4;
  /* Exactly what may be read: behind the last row's last value there is nothing. */
  size_t count = rows ? (rows - 1) * call->row_stride + features : 0;
  size_t size = is_64(call) ? 8 : 4;
  call->values = call_memory(call, count, size);
  int has_columns = call->layout == COLUMNS_32 || call->layout == COLUMNS_64;
  if (has_columns) {
    call->columns = call_memory(call, features, sizeof(void *));
    char *block = call_memory(call, rows * features, size);
    for (size_t f = 0; f < features; f++) call->columns[f] = block + f * rows * size;
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t f = 0; f < features; f++) {
      double number = take_value(call, meant, stream, &call->meaning.values[r * features + f]);
      if (has_columns) store(call, call->columns[f], r, number);
      else store(call, call->values, r * call->row_stride + f, number);
    }
  if (choice < 64) call->row_stride = 0;
}

static void take_sparse(scoring_call *call, const apus_scorer_options *meant, byte_stream *stream)
{
  size_t features = call->feature_count, rows = call->row_count;
  size_t largest = features ? (features < 20 ? features + 1 : 20) : 0, capacity = rows * largest + 4;
  int zero_is_missing = meant->has_missing_value && (float)meant->missing_value == 0;
  int absent_is_zero = meant->absent == APUS_ABSENT_ZERO && !zero_is_missing;
  for (size_t i = 0; i < rows * features; i++) call->meaning.values[i] = absent_is_zero ? 0 : NAN;
  int32_t *indices = call_memory(call, capacity, sizeof *indices);
  double *numbers = call_memory(call, capacity, sizeof *numbers);
  call->row_offsets = call_memory(call, rows + 1, sizeof *call->row_offsets);
  /* Entries of no row may stand in front and behind, with a feature that there is not. */
  size_t entry = take_below(stream, 3);
  for (size_t i = 0; i < capacity; i++) indices[i] = -1;
  for (size_t r = 0; r < rows; r++) {
    call->row_offsets[r] = (int64_t)entry;
    for (size_t i = take_below(stream, largest + 1); i > 0; i--, entry++) {
      size_t feature = take_below(stream, features);
      float meaning;
      numbers[entry] = take_value(call, meant, stream, &meaning);
      indices[entry] = (int32_t)feature;
      call->meaning.values[r * features + feature] = meaning;
    }
  }
  call->row_offsets[rows] = (int64_t)entry;
  call->entry_count = entry + take_below(stream, 2);
  call->feature_indices = call_memory(call, call->entry_count, sizeof *indices);
  memcpy(call->feature_indices, indices, call->entry_count * sizeof *indices);
  call->values = call_memory(call, call->entry_count, is_64(call) ? 8 : 4);
  for (size_t i = 0; i < call->entry_count; i++) store(call, call->values, i, numbers[i]);
}

static void take_batch_options(scoring_call *call, size_t margin_count, byte_stream *stream)
{
  static const int32_t thread_counts[] = {0, 1, 2, 3, 4, 1024};
  uint8_t choice = take_byte(stream);
  if (choice < 64 || is_single_row(call)) return;
  apus_batch_options fields = {.struct_size = sizeof fields, .thread_count = thread_counts[take_below(stream, 6)]};
  if (choice >= 128) {
    fields.base_margin_count = call->row_count * margin_count;
    call->base_margin = call_memory(call, fields.base_margin_count, sizeof(double));
    for (size_t i = 0; i < fields.base_margin_count; i++) call->base_margin[i] = (double)take_float(stream) * 1.0000001;
    fields.base_margin = call->base_margin;
  }
  memcpy(call->options_memory, &fields, sizeof fields);
  call->options = (const apus_batch_options *)call->options_memory;
}

/* An array of no elements may have no address. */
static void drop_empty(scoring_call *call)
{
  if (call->needed == 0) call->out = NULL;
  if (call->row_offsets) {
    if (call->row_count == 0) call->row_offsets = NULL;
    if (call->entry_count == 0) call->values = NULL, call->feature_indices = NULL;
  } else if (call->row_count * call->feature_count == 0) {
    call->values = NULL;
  }
  for (size_t f = 0; call->columns && call->row_count == 0 && f < call->feature_count; f++) call->columns[f] = NULL;
}

void take_call(scoring_call *call, const apus_scorer *scorer, const apus_scorer_options *meant, byte_stream *stream)
{
  memset(call, 0, sizeof *call);
  apus_scorer_info info = {.struct_size = sizeof info};
  require(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "a scorer gives no facts");
  call->layout = (layout)take_below(stream, LAYOUT_COUNT);
  call->scorer = scorer;
  call->feature_count = (size_t)info.feature_count;
  int is_wide = info.feature_count > 100 || info.margin_count > 100;
  uint8_t size = take_byte(stream);
  call->row_count = is_single_row(call) ? 1 : is_wide ? size % 4 : size < 250 ? size % 12 : 500 + size % 50;
  size_t count = call->row_count * call->feature_count;
  call->meaning = (dense_rows){call->row_count, call->feature_count, call_memory(call, count, sizeof(float))};
  if (call->layout == SPARSE_32 || call->layout == SPARSE_64) take_sparse(call, meant, stream);
  else take_dense(call, meant, stream);
  take_batch_options(call, (size_t)info.margin_count, stream);
  call->needed = call->row_count * (size_t)info.value_count;
  call->out_capacity = call->needed + take_below(stream, 3);
  call->out = call_memory(call, call->out_capacity, sizeof(double));
  memset(call->out, 0xA5, call->out_capacity * sizeof(double));
  if (take_byte(stream) >= 192) drop_empty(call);
}

apus_status perform(const scoring_call *c, apus_error *error)
{
  switch (c->layout) {
  case ROWS_32:
    return apus_scorer_score_f32(c->scorer, c->values, c->row_count, c->feature_count, c->row_stride, c->options,
                                 c->out, c->out_capacity, error);
  case ROWS_64:
    return apus_scorer_score_f64(c->scorer, c->values, c->row_count, c->feature_count, c->row_stride, c->options,
                                 c->out, c->out_capacity, error);
  case COLUMNS_32:
    return apus_scorer_score_columns_f32(c->scorer, (const float *const *)c->columns, c->feature_count, c->row_count,
                                         c->options, c->out, c->out_capacity, error);
  case COLUMNS_64:
    return apus_scorer_score_columns_f64(c->scorer, (const double *const *)c->columns, c->feature_count, c->row_count,
                                         c->options, c->out, c->out_capacity, error);
  case SPARSE_32:
    return apus_scorer_score_csr_f32(c->scorer, c->row_offsets, c->row_count, c->feature_indices, c->values,
                                     c->entry_count, c->feature_count, c->options, c->out, c->out_capacity, error);
  case SPARSE_64:
    return apus_scorer_score_csr_f64(c->scorer, c->row_offsets, c->row_count, c->feature_indices, c->values,
                                     c->entry_count, c->feature_count, c->options, c->out, c->out_capacity, error);
  case ROW_32:
    return apus_scorer_score_row_f32(c->scorer, c->values, c->feature_count, c->out, c->out_capacity, error);
  default:
    return apus_scorer_score_row_f64(c->scorer, c->values, c->feature_count, c->out, c->out_capacity, error);
  }
}

void end_call(scoring_call *call)
{
  while (call->block_count > 0) free(call->blocks[--call->block_count]);
}
