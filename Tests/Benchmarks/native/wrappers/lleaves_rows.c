/* Rows for the object code that lleaves compiled. */
#include <stddef.h>

void forest_root(const double *rows, double *margins, int begin, int end);

void score_rows(const void *rows, size_t begin, size_t end, double *margins)
{
  forest_root(rows, margins, (int)begin, (int)end);
}
