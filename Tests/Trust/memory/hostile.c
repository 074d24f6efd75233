/* hostile - loads files that are not what they claim, while malloc fails.
 *
 *   hostile < LIST     paths, one a line
 *
 * Of each file: every call fails, and every call from the middle on. The load must end with a status; it must be
 * APUS_OUT_OF_MEMORY where it would have succeeded. Each file has a process of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "check.h"
#include "failing_heap.h"

static int load_failing(const char *bytes, size_t length, long number, apus_status otherwise)
{
  apus_model *model = NULL;
  apus_error error;
  long before = heap_blocks();
  heap_fail_at(number, 1);
  apus_status status = apus_model_load_bytes(bytes, length, &model, &error);
  long failures = heap_failures();
  heap_fail_at(NEVER, 0);
  int is_kept = status == (failures > 0 ? APUS_OUT_OF_MEMORY : otherwise) ||
                (status == otherwise && status != APUS_OK);
  int is_empty = status == APUS_OK || (model == NULL && error.message[0] && heap_blocks() == before);
  apus_model_release(model);
  return is_kept && is_empty;
}

static int load_all_ways(const char *path)
{
  size_t length;
  char *bytes = read_file(path, &length);
  apus_model *model = NULL;
  heap_fail_at(NEVER, 0);
  apus_status otherwise = apus_model_load_bytes(bytes, length, &model, NULL);
  long calls = heap_calls();
  apus_model_release(model);
  return load_failing(bytes, length, 0, otherwise) && load_failing(bytes, length, calls / 2, otherwise);
}

int main(void)
{
  char path[4096];
  long files = 0;
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = 0;
    pid_t child = fork();
    if (child == 0)
      _exit(!load_all_ways(path));
    int state = -1;
    waitpid(child, &state, 0);
    check(state == 0, "%s: %s %d", path, WIFSIGNALED(state) ? "ended by signal" : "exit code",
          WIFSIGNALED(state) ? WTERMSIG(state) : WEXITSTATUS(state));
    files++;
  }
  printf("%ld hostile files loaded twice while malloc fails\n", files);
  return checks_finish();
}
