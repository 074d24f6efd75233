/* Runs a fuzzer's inputs as an ordinary test: each file in a process of its own, so that all findings are seen.
 *
 *   replay FILE...
 *
 * An input must not end the process, must be done in ten seconds of the processor, and must give back all memory it took. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzzer.h"
#include "heap.h"
#include "require.h"

enum { SECONDS = 10, LEAKED = 3 };

static uint8_t *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "rb");
  require(file && fseek(file, 0, SEEK_END) == 0, "cannot read %s", path);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*length + 1);
  require(bytes && fread(bytes, 1, *length, file) == *length, "cannot read %s", path);
  fclose(file);
  return bytes;
}

/* The second run must leave the heap as it found it; the first may have made what lasts. */
static int run(const char *path)
{
  size_t length;
  uint8_t *bytes = read_file(path, &length);
  struct rlimit limit = {SECONDS, SECONDS + 1};
  setrlimit(RLIMIT_CPU, &limit);
  LLVMFuzzerTestOneInput(bytes, length);
  size_t before = heap_live();
  LLVMFuzzerTestOneInput(bytes, length);
  size_t after = heap_live();
  if (after == before) return 0;
  fprintf(stderr, "FINDING: %zu bytes were not given back\n", after - before);
  return LEAKED;
}

int main(int count, char **paths)
{
  int failed = 0;
  for (int i = 1; i < count; i++) {
    fflush(NULL);
    pid_t child = fork();
    /* Not _exit: counters of what was reached are written at the end. */
    if (child == 0) exit(run(paths[i]));
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
      failed++;
      if (WIFSIGNALED(status)) printf("FAILED: %s: %s\n", paths[i], strsignal(WTERMSIG(status)));
      else printf("FAILED: %s: exit code %d\n", paths[i], WEXITSTATUS(status));
    }
  }
  printf("%d passed, %d failed\n", count - 1 - failed, failed);
  return failed > 0 || count < 2;
}
