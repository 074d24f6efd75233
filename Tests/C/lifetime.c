/* lifetime - who keeps what alive, in several threads, and on both sides of fork().
 *
 *   lifetime FIXTURES
 */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "case.h"
#include "check.h"
#include "threads.h"

/* Enough rows that a batch call has work for every thread it may start. */
#define ROW_COUNT 20000u
#define THREAD_COUNT 4

/* One model, its rows many times over, and the scores of one thread. */
typedef struct work {
  apus_model *model;
  apus_scorer *scorer;
  size_t feature_count;
  float *rows;
  double *expected;
} work;

static apus_status score(const work *with, const apus_scorer *scorer, size_t row_count, int32_t thread_count,
                         double *out)
{
  apus_batch_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.thread_count = thread_count;
  return apus_scorer_score_f32(scorer, with->rows, row_count, with->feature_count, 0, &options, out, row_count,
                               NULL);
}

static int scores_equal(const work *with, const apus_scorer *scorer, size_t row_count, int32_t thread_count)
{
  double *out = (double *)allocate(row_count, sizeof *out);
  int equal = score(with, scorer, row_count, thread_count, out) == APUS_OK &&
              memcmp(out, with->expected, row_count * sizeof *out) == 0;
  free(out);
  return equal;
}

/* The first fixture with trees, one score a row, and no NaN among its scores. */
static void prepare(const char *fixtures, work *with)
{
  size_t count;
  char **paths = case_list(fixtures, &count);
  memset(with, 0, sizeof *with);
  for (size_t index = 0; index < count && !with->model; index++) {
    conformance_case test;
    apus_model_info info;
    info.struct_size = sizeof info;
    case_read(paths[index], &test);
    if (apus_model_load_file(test.model_path, &with->model, NULL) == APUS_OK &&
        apus_model_get_info(with->model, &info, NULL) == APUS_OK && info.score_count == 1 &&
        info.tree_count > 2) {
      with->feature_count = test.feature_count;
      with->rows = (float *)allocate(ROW_COUNT * test.feature_count, sizeof(float));
      for (size_t cell = 0; cell < ROW_COUNT * test.feature_count; cell++)
        with->rows[cell] = test.rows[cell % (test.row_count * test.feature_count)];
    } else {
      apus_model_release(with->model);
      with->model = NULL;
    }
    case_free(&test);
  }
  case_list_free(paths);
  with->expected = (double *)allocate(ROW_COUNT, sizeof(double));
  check(with->model && apus_scorer_create(with->model, NULL, &with->scorer, NULL) == APUS_OK &&
            score(with, with->scorer, ROW_COUNT, 1, with->expected) == APUS_OK,
        "no fixture to score");
}

/* The scorer keeps its model; names that the library gives outlive both. */
static void check_release_order(const work *with)
{
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  check(apus_model_retain(with->model) == APUS_OK, "apus_model_retain failed");
  apus_model *extra = with->model;
  check(apus_scorer_create(extra, NULL, &scorer, NULL) == APUS_OK, "no scorer");
  check(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "no scorer info");
  apus_model_release(extra);
  check(scores_equal(with, scorer, 100, 1), "a scorer scores differently after a release of its model");
  apus_scorer_release(scorer);
  check(strlen(info.engine) > 0 && strcmp(info.instruction_set, apus_instruction_set_name()) == 0,
        "the names of a released scorer are gone");
  check(scores_equal(with, with->scorer, 100, 1), "another scorer of the model was harmed");
}

/* The last reference goes before the scorer does. */
static void check_scorer_outlives_model(const char *model_path)
{
  apus_model *model = NULL;
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  check(apus_model_load_file(model_path, &model, NULL) == APUS_OK, "cannot load %s", model_path);
  check(apus_scorer_create(model, NULL, &scorer, NULL) == APUS_OK, "no scorer of %s", model_path);
  check(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "no scorer info of %s", model_path);
  float *row = (float *)allocate((size_t)info.feature_count, sizeof *row);
  double *before = (double *)allocate((size_t)info.value_count, sizeof *before);
  double *after = (double *)allocate((size_t)info.value_count, sizeof *after);
  check(apus_scorer_score_row_f32(scorer, row, (size_t)info.feature_count, before, (size_t)info.value_count,
                                  NULL) == APUS_OK,
        "%s: cannot score", model_path);
  apus_model_release(model);
  check(apus_scorer_score_row_f32(scorer, row, (size_t)info.feature_count, after, (size_t)info.value_count,
                                  NULL) == APUS_OK &&
            memcmp(before, after, (size_t)info.value_count * sizeof *after) == 0,
        "%s: the scorer does not outlive its model", model_path);
  apus_scorer_release(scorer);
  free(after);
  free(before);
  free(row);
}

/* What each thread of a busy server does with shared objects. */
static void *busy(void *argument)
{
  const work *with = (const work *)argument;
  size_t wrong = 0;
  for (int turn = 0; turn < 50; turn++) {
    apus_scorer *scorer = NULL;
    wrong += apus_model_retain(with->model) != APUS_OK;
    wrong += apus_scorer_create(with->model, NULL, &scorer, NULL) != APUS_OK;
    apus_model_release(with->model);
    wrong += !scores_equal(with, scorer, 200, 1);
    wrong += !scores_equal(with, with->scorer, 200, 1);
    apus_scorer_release(scorer);
  }
  return (void *)wrong;
}

static void check_shared_use(const work *with)
{
  pthread_t threads[THREAD_COUNT];
  for (int index = 0; index < THREAD_COUNT; index++)
    check(pthread_create(&threads[index], NULL, busy, (void *)(uintptr_t)with) == 0, "cannot start a thread");
  for (int index = 0; index < THREAD_COUNT; index++) {
    void *wrong = NULL;
    pthread_join(threads[index], &wrong);
    check(wrong == NULL, "%zu wrong answers in a thread", (size_t)wrong);
  }
}

/* How many threads this process has. */
static size_t threads_alive(void)
{
  size_t count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task = readdir(tasks); task; task = readdir(tasks))
    count += task->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static void check_batch_threads(const work *with)
{
  size_t before = threads_started;
  check(scores_equal(with, with->scorer, ROW_COUNT, 1), "one thread");
  check(threads_started == before, "a thread was started that nobody asked for");

  size_t open_before = threads_open_to_signals;
  check(scores_equal(with, with->scorer, ROW_COUNT, THREAD_COUNT), "four threads give other scores than one");
  check(threads_started > before, "no thread was started for %u rows", ROW_COUNT);
  check(threads_started < before + THREAD_COUNT, "%zu threads were started beside the caller's for %d",
        threads_started - before, THREAD_COUNT);
  check(threads_open_to_signals == open_before, "a thread of a batch call takes signals");

  before = threads_started;
  check(scores_equal(with, with->scorer, 1, 1024), "1024 threads for one row");
  check(threads_started == before, "%zu threads were started for one row", threads_started - before);

  for (size_t allowed = 0; allowed < THREAD_COUNT; allowed++) {
    threads_allowed = allowed;
    check(scores_equal(with, with->scorer, ROW_COUNT, THREAD_COUNT), "scores with %zu threads refused",
          THREAD_COUNT - allowed);
  }
  threads_allowed = (size_t)-1;
  check(threads_alive() == 1, "threads are left behind");
}

/* Rounding mode, masks, flush-to-zero: everything of the floating-point unit but its sticky flags. */
static unsigned floating_point_state(void)
{
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr() & ~0x3fu;
#else
  unsigned long long state;
  __asm__("mrs %0, fpcr" : "=r"(state));
  return (unsigned)state;
#endif
}

static void check_floating_point_state(const work *with)
{
  unsigned before = floating_point_state();
  check(apus_self_test(NULL) == APUS_OK, "the self-test failed");
  check(scores_equal(with, with->scorer, ROW_COUNT, 2), "scores differ");
  check(floating_point_state() == before, "the floating-point state is %x after scoring, %x before",
        floating_point_state(), before);
}

/* Objects of the parent work in the child, alone and in threads, and the parent's still work then. */
static void check_fork(const work *with)
{
  int state = 0;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    int right = scores_equal(with, with->scorer, ROW_COUNT, 1) && scores_equal(with, with->scorer, ROW_COUNT, 2);
    apus_scorer *scorer = NULL;
    right = right && apus_scorer_create(with->model, NULL, &scorer, NULL) == APUS_OK &&
            scores_equal(with, scorer, 100, 1);
    apus_scorer_release(scorer);
    apus_scorer_release(with->scorer);
    apus_model_release(with->model);
    _exit(right ? 0 : 1);
  }
  check(child > 0 && waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0,
        "a forked child cannot use what its parent made");
  check(scores_equal(with, with->scorer, 100, 1), "the parent's scorer was harmed by its child");
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: lifetime FIXTURES\n");
    return 2;
  }
  work with;
  prepare(arguments[1], &with);
  check_release_order(&with);
  check_batch_threads(&with);
  check_shared_use(&with);
  check_floating_point_state(&with);
  check_fork(&with);
  size_t cases;
  char **paths = case_list(arguments[1], &cases);
  for (size_t index = 0; index < cases; index++) {
    conformance_case test;
    case_read(paths[index], &test);
    check_scorer_outlives_model(test.model_path);
    case_free(&test);
  }
  case_list_free(paths);
  apus_scorer_release(with.scorer);
  apus_model_release(with.model);
  free(with.expected);
  free(with.rows);
  return checks_finish();
}
