/* reader.h - lines and words of the fixtures' text files, and lists of such files.
 *
 * Empty lines and lines that begin with # are skipped. A file that breaks its format ends the program: the fixtures
 * themselves are broken then.
 */
#ifndef READER_H
#define READER_H

#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The rest of the file, cut into lines and words as it is read. */
typedef struct reader {
  const char *path;
  char *next_line;
  char *next_word;
  size_t line;
} reader;

static inline void broken(const reader *in, const char *what)
{
  fprintf(stderr, "%s:%zu: %s\n", in->path, in->line, what);
  exit(EXIT_FAILURE);
}

/* Step to the next line that says something; 0 at the end of the file. */
static inline int next_line(reader *in)
{
  while (*in->next_line) {
    char *line = in->next_line;
    char *end = strchr(line, '\n');
    in->line++;
    if (end) {
      *end = 0;
      in->next_line = end + 1;
    } else {
      in->next_line = line + strlen(line);
    }
    if (*line && *line != '#') {
      in->next_word = line;
      return 1;
    }
  }
  return 0;
}

static inline const char *word(reader *in)
{
  char *start = in->next_word;
  if (!*start)
    broken(in, "a word is missing");
  char *end = strchr(start, ' ');
  if (end) {
    *end = 0;
    in->next_word = end + 1;
  } else {
    in->next_word = start + strlen(start);
  }
  return start;
}

static inline void end_of_line(reader *in)
{
  if (*in->next_word)
    broken(in, "more words than expected");
}

/* A line that begins with `key`. */
static inline void line_of(reader *in, const char *key)
{
  if (!next_line(in) || strcmp(word(in), key) != 0) {
    fprintf(stderr, "expected a line '%s'\n", key);
    broken(in, "another line");
  }
}

static inline long long integer(reader *in)
{
  const char *text = word(in);
  char *end;
  long long value = strtoll(text, &end, 10);
  if (*end || end == text)
    broken(in, "not a whole number");
  return value;
}

static inline size_t size(reader *in)
{
  long long value = integer(in);
  if (value < 0 || value > INT32_MAX)
    broken(in, "a count is out of range");
  return (size_t)value;
}

static inline uint64_t bits(reader *in, const char *text, size_t digits)
{
  char *end;
  if (strlen(text) != digits)
    broken(in, "a number with too few or too many hex digits");
  unsigned long long value = strtoull(text, &end, 16);
  if (*end)
    broken(in, "not a hex digit");
  return value;
}

/* `name` in the folder of `path`. */
static inline char *beside(const char *path, const char *name)
{
  size_t folder = (size_t)(strrchr(path, '/') + 1 - path);
  char *result = (char *)allocate(folder + strlen(name) + 1, 1);
  memcpy(result, path, folder);
  strcpy(result + folder, name);
  return result;
}

/* All files that match, sorted. A NULL pointer ends the list. */
static inline char **file_list(const char *fixtures, const char *pattern, size_t *count)
{
  char *full = (char *)allocate(strlen(fixtures) + strlen(pattern) + 1, 1);
  glob_t found;
  strcpy(full, fixtures);
  strcat(full, pattern);
  if (glob(full, 0, NULL, &found) != 0) {
    fprintf(stderr, "no file matches %s\n", full);
    exit(EXIT_FAILURE);
  }
  free(full);

  *count = found.gl_pathc;
  char **paths = (char **)allocate(found.gl_pathc + 1, sizeof(char *));
  for (size_t index = 0; index < found.gl_pathc; index++) {
    paths[index] = (char *)allocate(strlen(found.gl_pathv[index]) + 1, 1);
    strcpy(paths[index], found.gl_pathv[index]);
  }
  globfree(&found);
  return paths;
}

static inline void file_list_free(char **paths)
{
  for (char **path = paths; *path; path++)
    free(*path);
  free(paths);
}

#endif /* READER_H */
