/* fork - load, fork eight children that score, and see whether they share the model's memory.
 *
 *   fork MODEL FIXTURES
 *
 * Each child scores rows singly, as a batch and as a batch of two threads, runs every network of the fixtures, those that take
 * batches on two threads too, makes a scorer and swaps it into a slot of its parent, makes a network, compares with what its
 * parent got, and has one thread afterwards.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "check.h"
#include "network_runs.h"

enum { CHILDREN = 8, ROWS = 20000 };

static apus_model *model;
static apus_slot *slot;
static size_t feature_count;
static float *rows;
static double *expected;
static network_run *networks[2]; /* on one thread, and batches on two */
static size_t network_counts[2];

static int networks_are_right(void)
{
  return network_runs_right(networks[0], network_counts[0]) == network_counts[0] &&
         network_runs_right(networks[1], network_counts[1]) == network_counts[1];
}

static int score(int32_t thread_count, size_t row_count, double *out)
{
  const apus_scorer *scorer = NULL;
  apus_batch_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.thread_count = thread_count;
  int is_scored = apus_slot_acquire(slot, &scorer, NULL) == APUS_OK &&
                  apus_scorer_score_f32(scorer, rows, row_count, feature_count, 0, &options, out, row_count, NULL) ==
                      APUS_OK;
  apus_scorer_release((apus_scorer *)(uintptr_t)scorer);
  return is_scored;
}

static int is_right(int32_t thread_count, size_t row_count)
{
  double *out = (double *)allocate(row_count, sizeof *out);
  int right = score(thread_count, row_count, out) && memcmp(out, expected, row_count * sizeof *out) == 0;
  free(out);
  return right;
}

static int is_alone(void)
{
  int threads = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task = readdir(tasks); task; task = readdir(tasks))
    threads += task->d_name[0] != '.';
  closedir(tasks);
  return threads == 1;
}

/* Kilobytes that /proc/PID/smaps_rollup says. */
static long kilobytes(pid_t process, const char *what)
{
  char path[64], line[256];
  long value = -1;
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, what, strlen(what)) && line[strlen(what)] == ':')
      value = atol(line + strlen(what) + 1);
  if (file)
    fclose(file);
  return value;
}

/* Scores, says so, and stays until it is measured. Networks come after that: each writes to the workspaces it has. */
static void be_child(int answer, int question)
{
  char ready = is_right(1, ROWS) && is_right(1, 1) && is_right(2, ROWS) && is_alone() ? 'y' : 'n';
  char go;
  if (write(answer, &ready, 1) != 1 || read(question, &go, 1) != 1)
    _exit(1);
  apus_scorer *scorer = NULL;
  int right = apus_scorer_create(model, NULL, &scorer, NULL) == APUS_OK &&
              apus_slot_publish(slot, scorer, NULL) == APUS_OK;
  apus_scorer_release(scorer);
  right = right && is_right(1, 100) && networks_are_right() && network_run_load_again(networks[0]) &&
          network_run_is_right(networks[0]) && is_alone();
  apus_slot_release(slot);
  apus_model_release(model);
  _exit(right && ready == 'y' ? 0 : 1);
}

static void load(const char *path)
{
  apus_scorer *scorer = NULL;
  apus_model_info info;
  apus_error error;
  info.struct_size = sizeof info;
  check(apus_model_load_file(path, &model, &error) == APUS_OK && apus_model_get_info(model, &info, NULL) == APUS_OK &&
            apus_scorer_create(model, NULL, &scorer, &error) == APUS_OK &&
            apus_slot_create(scorer, &slot, &error) == APUS_OK,
        "%s: %s", path, error.message);
  apus_scorer_release(scorer);
  feature_count = (size_t)info.feature_count;
  rows = (float *)allocate(ROWS * feature_count, sizeof *rows);
  expected = (double *)allocate(ROWS, sizeof *expected);
  for (size_t cell = 0; cell < ROWS * feature_count; cell++)
    rows[cell] = (float)((cell * 2654435761u >> 7) % 2000) / 500 - 2;
  check(score(1, ROWS, expected), "cannot score");
}

int main(int count, char **arguments)
{
  if (count != 3) {
    fprintf(stderr, "usage: fork MODEL FIXTURES\n");
    return 2;
  }
  int answers[2], questions[2];
  pid_t children[CHILDREN];
  load(arguments[1]);
  for (int index = 0; index < 2; index++)
    networks[index] = network_runs_load(arguments[2], index + 1, &network_counts[index]);
  check(pipe(answers) == 0 && pipe(questions) == 0, "no pipes");
  long alone = kilobytes(getpid(), "Pss");
  fflush(stdout);
  for (int index = 0; index < CHILDREN; index++)
    if ((children[index] = fork()) == 0)
      be_child(answers[1], questions[0]);
  int ready = 0;
  for (int index = 0; index < CHILDREN; index++) {
    char answer = 0;
    check(read(answers[0], &answer, 1) == 1, "a child is gone");
    ready += answer == 'y';
  }
  long all = kilobytes(getpid(), "Pss"), dirty = 0;
  for (int index = 0; index < CHILDREN; index++) {
    all += kilobytes(children[index], "Pss");
    long own = kilobytes(children[index], "Private_Dirty");
    dirty = own > dirty ? own : dirty;
  }
  for (int index = 0; index < CHILDREN; index++)
    check(write(questions[1], "g", 1) == 1, "a child is gone");
  int ended = 0;
  for (int index = 0; index < CHILDREN; index++) {
    int state = -1;
    ended += waitpid(children[index], &state, 0) == children[index] && state == 0;
  }
  printf("fork     %d children score %d rows each, and run %zu networks, as their parent does; PSS of the parent alone %ld KiB, of all nine %ld "
         "KiB; own pages of a child at most %ld KiB\n",
         ready, ROWS, network_counts[0] + network_counts[1], alone, all, dirty);
  check(ready == CHILDREN && ended == CHILDREN, "%d children were right, %d ended well", ready, ended);
  /* A child writes its stacks, its scores and the counts of what it uses, not the model. */
  check(alone > 0 && dirty < alone / 4, "a child has %ld KiB of its own, its parent %ld KiB", dirty, alone);
  check(is_right(2, ROWS) && networks_are_right(), "the parent was harmed");
  apus_slot_release(slot);
  apus_model_release(model);
  free(rows);
  free(expected);
  return checks_finish();
}
