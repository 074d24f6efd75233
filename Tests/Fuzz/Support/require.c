#include "require.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void require(int holds, const char *format, ...)
{
  if (holds) return;
  va_list arguments;
  va_start(arguments, format);
  fputs("FINDING: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  abort();
}
