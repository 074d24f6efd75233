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

typedef struct contender_settings {
  const char *library; /* the shared object that is measured */
  const char *model;   /* its model file; NULL if the shared object is the model */
  int64_t feature_count;
  int32_t element; /* ELEMENT_F32 or ELEMENT_F64 */
  int32_t thread_count;
  int32_t output_width; /* values that the model file gives for a row; the last is the margin */
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
