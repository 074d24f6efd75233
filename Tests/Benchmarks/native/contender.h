/* contender.h - one library with one model, ready to score: what the driver measures.
 *
 * A file for each library defines an `open_...` function. It reports failure by a sentence in `message` and
 * NULL. Functions that cannot fail once the model is open do not report: the rows are scored and compared with
 * the trainer's before anything is timed.
 */
#ifndef CONTENDER_H
#define CONTENDER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MESSAGE_SIZE 512

/* How a row's values are stored. */
#define ELEMENT_F32 4
#define ELEMENT_F64 8

#define MAXIMUM_RANK 2

/* A tensor that the model takes, as one row has it: without the axis of rows, which comes first. */
typedef struct contender_input {
  const char *name;
  int32_t type; /* of its elements, as ONNX numbers them */
  int32_t rank;
  int64_t lengths[MAXIMUM_RANK];
  size_t row_bytes;
} contender_input;

typedef struct contender_settings {
  const char *library; /* the shared object that is measured */
  const char *model;   /* its model file; NULL if the shared object is the model */
  int64_t feature_count;
  int32_t element; /* ELEMENT_F32 or ELEMENT_F64 */
  int32_t thread_count;
  int32_t output_width; /* values that the model file gives for a row; the last is the margin */
  /* For those that take tensors by name: a row is the inputs' parts one behind the other, and so are several
   * rows: all of the first input, then all of the second. */
  int32_t input_count;
  const contender_input *inputs;
  const char *output;
  int64_t row_count; /* rows of every call for several, or 0 if that is not known when it is opened */
  int64_t run_rows;  /* of these, how many Apus is to run at once; 0: all that a thread has */
  uint32_t weights;  /* apus_weights of a network that takes rows */
} contender_settings;

typedef struct contender contender;
struct contender {
  size_t row_bytes;
  void (*score_row)(contender *self, const void *row, double *margin);
  void (*score_rows)(contender *self, const void *rows, size_t row_count, double *margins);
  void (*close)(contender *self);
};

/* Write the sentence and return NULL, for whoever returns it in turn. */
static inline void *__attribute__((format(printf, 2, 3))) refuse(char *message, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, MESSAGE_SIZE, format, arguments);
  va_end(arguments);
  return NULL;
}

#endif /* CONTENDER_H */
