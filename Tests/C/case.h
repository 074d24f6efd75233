/* case.h - reader of conformance cases: Tests/Fixtures/<format>/<case>/case.txt.
 *
 * A case is a model of the real trainer, rows, and the numbers that the trainer gave for them. Lines of words
 * in this order; empty lines and lines that begin with # are skipped; all numbers are exact bits in hex:
 *
 *   model model.json                  file beside case.txt
 *   features 12                       values a row
 *   rows 40
 *   row 3f800000 7fc00000 ...         `rows` lines of `features` floats
 *   expect margin 0 0 - 1             output, iteration begin and end, missing value or -, value count
 *   = 3ff0000000000000                `rows` lines of `value count` doubles
 *   expect ...                        one block for each set of options
 */
#ifndef CASE_H
#define CASE_H

#include "apus.h"

typedef struct expectation {
  apus_output output;
  int32_t iteration_begin;
  int32_t iteration_end;
  int has_missing_value;
  double missing_value;
  size_t value_count;
  double *values; /* row_count * value_count */
} expectation;

typedef struct conformance_case {
  char *path;       /* of case.txt   */
  char *model_path; /* of the model  */
  size_t feature_count;
  size_t row_count;
  float *rows; /* row_count * feature_count */
  size_t expectation_count;
  expectation *expectations;
} conformance_case;

/* Read a case. A file that breaks the format ends the program: the fixtures themselves are broken then. */
void case_read(const char *path, conformance_case *result);
void case_free(conformance_case *value);

/* All case.txt files below the fixtures folder, sorted. A NULL pointer ends the list. */
char **case_list(const char *fixtures, size_t *count);
void case_list_free(char **paths);

#endif /* CASE_H */
