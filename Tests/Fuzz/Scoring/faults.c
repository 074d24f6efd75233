#include "faults.h"

#include <limits.h>
#include <string.h>

typedef void fault(scoring_call *call, byte_stream *stream);

static void wrong_feature_count(scoring_call *call, byte_stream *stream)
{
  call->feature_count += take_byte(stream) & 1 ? 1 : SIZE_MAX;
  allow(&call->allowed, APUS_FEATURE_COUNT_MISMATCH);
}

static void small_capacity(scoring_call *call, byte_stream *stream)
{
  if (call->needed == 0) return;
  call->out_capacity = take_below(stream, call->needed);
  allow(&call->allowed, APUS_BUFFER_TOO_SMALL);
}

static void no_out(scoring_call *call, byte_stream *stream)
{
  if (call->needed == 0) return;
  call->out = take_byte(stream) & 1 ? NULL : (double *)((char *)call->out + 1 + take_byte(stream) % 7);
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

/* NULL, or an address that is not aligned. */
static void *spoiled(void *pointer, byte_stream *stream)
{
  uint8_t choice = take_byte(stream);
  return choice & 1 ? NULL : (char *)pointer + 1 + choice % 3;
}

static void wrong_pointer(scoring_call *call, byte_stream *stream)
{
  if (call->row_count == 0 || call->feature_count == 0) return;
  if (call->columns) {
    size_t column = take_below(stream, call->feature_count + 1);
    if (column == call->feature_count) call->columns = spoiled(call->columns, stream);
    else call->columns[column] = spoiled(call->columns[column], stream);
  } else if (call->row_offsets) {
    size_t choice = take_below(stream, 3);
    if (choice > 0 && call->entry_count == 0) return;
    if (choice == 0) call->row_offsets = spoiled(call->row_offsets, stream);
    if (choice == 1) call->feature_indices = spoiled(call->feature_indices, stream);
    if (choice == 2) call->values = spoiled(call->values, stream);
  } else {
    call->values = spoiled(call->values, stream);
  }
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static void wrong_stride(scoring_call *call, byte_stream *stream)
{
  if (call->layout != ROWS_32 && call->layout != ROWS_64) return;
  if (take_byte(stream) & 1) {
    call->row_stride = SIZE_MAX >> take_below(stream, 4);
  } else {
    if (call->feature_count < 2) return;
    call->row_stride = 1 + take_below(stream, call->feature_count - 1);
  }
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static void too_many_rows(scoring_call *call, byte_stream *stream)
{
  if (is_single_row(call)) return;
  call->row_count = (SIZE_MAX >> take_below(stream, 3)) - take_below(stream, 2);
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static void wrong_offset(scoring_call *call, byte_stream *stream)
{
  if (!call->row_offsets || call->row_count == 0) return;
  size_t row = take_below(stream, call->row_count + 1);
  static const int64_t wrong[] = {-1, INT64_MIN, INT64_MAX, INT32_MIN, (int64_t)1 << 40};
  call->row_offsets[row] = wrong[take_below(stream, 5)];
  allow(&call->allowed, APUS_INDEX_OUT_OF_RANGE);
}

static void wrong_feature(scoring_call *call, byte_stream *stream)
{
  if (!call->row_offsets) return;
  int64_t begin = call->row_offsets[0], end = call->row_offsets[call->row_count];
  if (begin == end) return;
  int32_t wrong[] = {-1, INT32_MIN, INT32_MAX, (int32_t)call->feature_count};
  call->feature_indices[begin + (int64_t)take_below(stream, (size_t)(end - begin))] = wrong[take_below(stream, 4)];
  allow(&call->allowed, APUS_INDEX_OUT_OF_RANGE);
}

static void too_many_entries(scoring_call *call, byte_stream *stream)
{
  if (!call->row_offsets) return;
  call->entry_count = SIZE_MAX >> take_below(stream, 3);
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static apus_batch_options *batch_options(scoring_call *call) { return (apus_batch_options *)call->options_memory; }

static void wrong_options_size(scoring_call *call, byte_stream *stream)
{
  if (!call->options) return;
  apus_batch_options fields = *batch_options(call);
  uint32_t size = take_struct_size(stream, sizeof fields);
  place_struct(call->options_memory, &fields, sizeof fields, size);
  if (!is_struct_size(size)) {
    allow(&call->allowed, APUS_INVALID_OPTION);
    return;
  }
  if (size > sizeof fields && take_byte(stream) & 1) {
    call->options_memory[sizeof fields + take_below(stream, size - sizeof fields)] = 0x80;
    allow(&call->allowed, APUS_INVALID_OPTION);
  }
  /* 8 bytes end in front of the base margins, and 16 in front of their count. */
  if (size == 8) call->base_margin = NULL;
  if (size == 16 && fields.base_margin && fields.base_margin_count > 0) allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static void wrong_thread_count(scoring_call *call, byte_stream *stream)
{
  static const int32_t wrong[] = {-1, INT32_MIN, INT32_MAX, 1025};
  if (!call->options) return;
  batch_options(call)->thread_count = wrong[take_below(stream, 4)];
  allow(&call->allowed, APUS_INVALID_OPTION);
}

static void wrong_base_margin(scoring_call *call, byte_stream *stream)
{
  if (!call->options || !call->base_margin || batch_options(call)->base_margin_count == 0) return;
  apus_batch_options *options = batch_options(call);
  uint8_t choice = take_byte(stream);
  const char *address = (const char *)options->base_margin;
  if (choice % 3 == 0) options->base_margin = NULL;
  else if (choice % 3 == 1) options->base_margin = (const double *)(address + 1 + choice % 7);
  else options->base_margin_count += choice & 4 ? 1 : SIZE_MAX;
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

static void no_scorer(scoring_call *call, byte_stream *stream)
{
  (void)stream;
  call->scorer = NULL;
  allow(&call->allowed, APUS_INVALID_ARGUMENT);
}

void take_fault(scoring_call *call, byte_stream *stream)
{
  static fault *const faults[] = {wrong_feature_count, small_capacity,     no_out,           wrong_pointer,
                                  wrong_stride,        too_many_rows,      wrong_offset,     wrong_feature,
                                  too_many_entries,    wrong_options_size, wrong_thread_count, wrong_base_margin,
                                  no_scorer};
  faults[take_below(stream, sizeof faults / sizeof *faults)](call, stream);
}
