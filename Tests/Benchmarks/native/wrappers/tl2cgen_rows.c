/* Rows for C code that tl2cgen wrote, which takes one row as entries and marks a missing one by a whole number.
 * Compiled beside that code with FEATURE_COUNT and ELEMENT defined. */
#include <stddef.h>

#include "header.h"

typedef __typeof__(((union Entry *)0)->fvalue) threshold;

void score_rows(const void *rows, size_t begin, size_t end, double *margins)
{
  const ELEMENT *row = (const ELEMENT *)rows + begin * FEATURE_COUNT;
  union Entry entries[FEATURE_COUNT];
  for (size_t index = begin; index < end; index++, row += FEATURE_COUNT) {
    for (size_t feature = 0; feature < FEATURE_COUNT; feature++)
      if (row[feature] != row[feature])
        entries[feature].missing = -1;
      else
        entries[feature].fvalue = row[feature];
    threshold results[MAX_N_CLASS] = {0};
    predict(entries, 1, results);
    margins[index] = results[MAX_N_CLASS - 1];
  }
}
