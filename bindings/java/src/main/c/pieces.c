#include "pieces.h"

/* Bytes of a piece. One thread: half of a usual second-level cache. Several threads: enough work for each, some
 * milliseconds, that starting it (some tens of microseconds) does not show; yet no copy of a whole large batch. */
static size_t piece_bytes(jint threads) {
  const size_t alone = (size_t)128 << 10;
  const size_t each = (size_t)4 << 20;
  const size_t most = (size_t)64 << 20;
  if (threads <= 1) return alone;
  return (size_t)threads > most / each ? most : (size_t)threads * each;
}

static void enter_piece(pieces *p, size_t first) {
  size_t left = p->row_count - first;
  p->first = first;
  p->count = left < p->piece_rows ? left : p->piece_rows;
  p->out_count = p->count * p->value_count;
  if (p->margins != NULL) p->options.base_margin_count = p->count * p->margin_count;
}

static int begin(JNIEnv *env, pieces *p, jint row_count, size_t piece_rows, size_t input_bytes, jint value_count,
                 jint threads, jdoubleArray base_margin, jint margin_count) {
  p->row_count = (size_t)row_count;
  p->piece_rows = piece_rows;
  p->value_count = (size_t)value_count;
  p->margin_count = (size_t)margin_count;
  p->base_margin = base_margin;
  p->status = APUS_OK;
  p->options = (apus_batch_options){.struct_size = sizeof p->options, .thread_count = threads};
  size_t out_count = piece_rows * p->value_count;
  size_t margins_count = base_margin == NULL ? 0 : piece_rows * p->margin_count;
  p->out = scratch_take(env, &p->memory, (out_count + margins_count) * sizeof(double) + input_bytes);
  if (p->out == NULL) return -1;
  p->margins = base_margin == NULL ? NULL : p->out + out_count;
  p->options.base_margin = p->margins;
  p->input = p->out + out_count + margins_count;
  enter_piece(p, 0);
  return 0;
}

int pieces_begin(JNIEnv *env, pieces *p, jint row_count, size_t row_bytes, jint value_count, jint threads,
                 jdoubleArray base_margin, jint margin_count) {
  size_t margin_bytes = base_margin == NULL ? 0 : (size_t)margin_count * sizeof(double);
  size_t bytes = row_bytes + (size_t)value_count * sizeof(double) + margin_bytes;
  size_t rows = bytes == 0 ? (size_t)row_count : piece_bytes(threads) / bytes;
  if (rows == 0) rows = 1;
  if (rows > (size_t)row_count) rows = (size_t)row_count;
  return begin(env, p, row_count, rows, rows * row_bytes, value_count, threads, base_margin, margin_count);
}

int whole_begin(JNIEnv *env, pieces *p, jint row_count, size_t input_bytes, jint value_count, jint threads,
                jdoubleArray base_margin, jint margin_count) {
  return begin(env, p, row_count, (size_t)row_count, input_bytes, value_count, threads, base_margin, margin_count);
}

int pieces_copy_margins(JNIEnv *env, pieces *p) {
  if (p->margins == NULL) return 0;
  return copy_in_doubles(env, p->base_margin, p->first * p->margin_count, p->count * p->margin_count, p->margins);
}

int pieces_next(JNIEnv *env, pieces *p, jdoubleArray out, size_t out_offset) {
  if (p->status != APUS_OK) {
    if (p->error.row >= 0) p->error.row += (int64_t)p->first;
    throw_error(env, &p->error);
    return 0;
  }
  if (copy_out_doubles(env, out, out_offset + p->first * p->value_count, p->out_count, p->out) != 0) return 0;
  if (p->first + p->count >= p->row_count) return 0;
  enter_piece(p, p->first + p->count);
  return 1;
}

void pieces_end(pieces *p) { scratch_free(&p->memory); }
