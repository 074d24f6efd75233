/* A batch that lies in Java arrays, scored piece by piece. See score.inc for the loop that uses this. */
#ifndef APUS_GLUE_PIECES_H
#define APUS_GLUE_PIECES_H

#include "copy.h"
#include "glue.h"

typedef struct pieces {
  size_t first; /* the current piece: its first row in the batch ... */
  size_t count; /* ... and how many rows it has                       */
  void *input;  /* room for the rows of a piece, aligned for doubles  */
  double *out;  /* room for its results: out_count doubles            */
  size_t out_count;
  apus_batch_options options; /* of the current piece                 */
  apus_status status;         /* what the core said about it          */
  apus_error error;

  size_t row_count; /* of the batch */
  size_t piece_rows;
  size_t value_count;
  size_t margin_count;
  jdoubleArray base_margin; /* of the batch, or NULL */
  double *margins;
  scratch memory;
} pieces;

/* Get memory for pieces of rows of `row_bytes` bytes each, or for all rows at once in `input_bytes` bytes.
 * Return 0, or -1 with an exception pending; after 0 comes pieces_end. */
int pieces_begin(JNIEnv *env, pieces *p, jint row_count, size_t row_bytes, jint value_count, jint threads,
                 jdoubleArray base_margin, jint margin_count);
int whole_begin(JNIEnv *env, pieces *p, jint row_count, size_t input_bytes, jint value_count, jint threads,
                jdoubleArray base_margin, jint margin_count);

/* Bring the base margins of the current piece. Return 0, or -1 with an exception pending. */
int pieces_copy_margins(JNIEnv *env, pieces *p);

/* Hand the results of the current piece to `out`, from `out_offset` on, or throw what `error` says. Return whether
 * there is a further piece, which is then the current one. */
int pieces_next(JNIEnv *env, pieces *p, jdoubleArray out, size_t out_offset);

void pieces_end(pieces *p);

#endif /* APUS_GLUE_PIECES_H */
