#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static size_t passed;
static size_t failed;

/* Failures that are printed; one fault can have thousands. */
#define PRINTED_FAILURES 20

int check(int holds, const char *format, ...)
{
  if (holds) {
    passed++;
    return holds;
  }
  if (++failed > PRINTED_FAILURES)
    return holds;
  va_list arguments;
  va_start(arguments, format);
  printf("FAILED: ");
  vprintf(format, arguments);
  printf("\n");
  fflush(stdout);
  va_end(arguments);
  return holds;
}

int checks_finish(void)
{
  if (passed + failed == 0)
    check(0, "nothing was checked");
  if (failed > PRINTED_FAILURES)
    printf("... and %zu failures more\n", failed - PRINTED_FAILURES);
  printf("%zu passed, %zu failed\n", passed, failed);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void *allocate(size_t count, size_t size)
{
  void *memory = calloc(count ? count : 1, size);
  if (!memory) {
    fprintf(stderr, "out of memory\n");
    exit(EXIT_FAILURE);
  }
  return memory;
}

char *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) || ftell(file) < 0) {
    perror(path);
    exit(EXIT_FAILURE);
  }
  size_t size = (size_t)ftell(file);
  char *text = (char *)allocate(size + 1, 1);
  rewind(file);
  if (fread(text, 1, size, file) != size) {
    perror(path);
    exit(EXIT_FAILURE);
  }
  fclose(file);
  if (length)
    *length = size;
  return text;
}
