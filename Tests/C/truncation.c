/* truncation - every fixture, cut off anywhere, is refused and nothing behind the cut is read.
 *
 *   truncation FIXTURES
 *
 * The bytes end where a page ends that nobody may read behind. A file is cut at every byte as long as that
 * reads no more than WORK bytes in all; longer ones are cut at an even spacing.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "apus.h"
#include "case.h"
#include "check.h"

#define WORK 200000000u

/* A beginning this short need not tell the format. */
#define UNKNOWN_LENGTH 64u

/* The file at work, for the last words of a crash. */
static char current[4096];

static void crashed(int signal_number)
{
  static const char words[] = "crashed at a cut of ";
  ssize_t length = write(STDOUT_FILENO, words, sizeof words - 1);
  length += write(STDOUT_FILENO, current, strlen(current));
  length += write(STDOUT_FILENO, "\n", 1);
  _exit(length > 0 ? 128 + signal_number : 1);
}

/* `length` bytes of room that end at a page without access. */
static unsigned char *guarded(size_t length)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = (length + page - 1) / page * page;
  void *room = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED || mprotect((char *)room + size, page, PROT_NONE)) {
    perror("mmap");
    exit(EXIT_FAILURE);
  }
  return (unsigned char *)room + size;
}

/* What makes a file of LightGBM whole is behind its trees: the rest may be missing. From where on that is so; `length`
 * for other files. */
static size_t length_needed(const char *bytes, size_t length)
{
  static const char *const ends[] = {"\nend of trees", "\nfeature importances:"};
  for (size_t index = 0; index < 2 && length > 5 && memcmp(bytes, "tree", 4) == 0; index++) {
    const char *found = (const char *)memmem(bytes, length, ends[index], strlen(ends[index]));
    if (found)
      return (size_t)(found - bytes) + strlen(ends[index]);
  }
  return length;
}

/* JSON may end in spaces: a file without them is still whole. */
static size_t length_without_spaces(const char *bytes, size_t length)
{
  while (length > 0 && strchr(" \t\r\n", bytes[length - 1]))
    length--;
  return length;
}

static size_t cut_everywhere(const char *path)
{
  size_t length;
  char *bytes = read_file(path, &length);
  size_t whole = length_without_spaces(bytes, length);
  size_t step = 1 + whole * (whole / 2) / WORK;
  unsigned char *end = guarded(length);
  size_t needed = length_needed(bytes, length);
  size_t cuts = 0;
  snprintf(current, sizeof current, "%s", path);
  for (size_t cut = 0; cut < whole; cut += step) {
    apus_model *model = NULL;
    apus_error error;
    memcpy(end - cut, bytes, cut);
    apus_status status = apus_model_load_bytes(end - cut, cut, &model, &error);
    check(status == APUS_TRUNCATED || (status == APUS_UNKNOWN_FORMAT && cut < UNKNOWN_LENGTH) ||
              (status == APUS_OK && cut >= needed),
          "%s cut at %zu: %s: %.480s", path, cut, apus_status_name(status), status ? error.message : "");
    check((model == NULL) == (status != APUS_OK), "%s cut at %zu: a model was stored on failure", path, cut);
    apus_model_release(model);
    cuts++;
  }
  free(bytes);
  return cuts;
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: truncation FIXTURES\n");
    return 2;
  }
  size_t cases;
  size_t cuts = 0;
  signal(SIGSEGV, crashed);
  signal(SIGBUS, crashed);
  signal(SIGILL, crashed);
  signal(SIGABRT, crashed);
  char **paths = case_list(arguments[1], &cases);
  for (size_t index = 0; index < cases; index++) {
    conformance_case test;
    case_read(paths[index], &test);
    cuts += cut_everywhere(test.model_path);
    case_free(&test);
  }
  case_list_free(paths);
  printf("truncation: %zu cuts of %zu files\n", cuts, cases);
  return checks_finish();
}
