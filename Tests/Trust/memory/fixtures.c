/* fixtures - malloc that fails at its n-th call, for every n, while each fixture is loaded, compiled, saved and scored.
 *
 *   fixtures FIXTURES FILE EVERY     FILE: for what is saved. EVERY: steps with many calls are tried at each EVERY-th
 *
 * For every n twice: that call alone fails, and that and all later ones. The step must succeed, or say
 * APUS_OUT_OF_MEMORY and give NULL; then nothing of it is left on the heap; and afterwards it succeeds. A fixture runs in a
 * process of its own, so that one that ends the process is one failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "case.h"
#include "check.h"
#include "failing_heap.h"

/* Steps with more calls than this are tried at each EVERY-th. */
enum { FEW_CALLS = 64 };

typedef struct subject {
  const char *path;
  const char *bytes;
  size_t length;
  const char *saved;
  apus_model *model;
  apus_scorer *scorer;
  apus_slot *slot;
} subject;

/* A step makes an object of a subject, or leaves NULL, and unmakes it. */
typedef struct step {
  const char *name;
  apus_status (*make)(const subject *of, void **made, apus_error *error);
  void (*unmake)(void *made);
} step;

static apus_status load(const subject *of, void **made, apus_error *error)
{
  return apus_model_load_bytes(of->bytes, of->length, (apus_model **)made, error);
}
static apus_status load_file(const subject *of, void **made, apus_error *error)
{
  return apus_model_load_file(of->path, (apus_model **)made, error);
}
static apus_status load_broken(const subject *of, void **made, apus_error *error)
{
  apus_status status = apus_model_load_bytes(of->bytes, of->length * 2 / 3, (apus_model **)made, error);
  return status >= APUS_UNKNOWN_FORMAT && status <= APUS_LIMIT_EXCEEDED ? APUS_OK : status;
}
static void release_model(void *made) { apus_model_release((apus_model *)made); }

static apus_status create(const subject *of, void **made, apus_error *error)
{
  return apus_scorer_create(of->model, NULL, (apus_scorer **)made, error);
}
static apus_status create_leaves(const subject *of, void **made, apus_error *error)
{
  apus_scorer_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.output = APUS_OUTPUT_LEAF;
  apus_status status = apus_scorer_create(of->model, &options, (apus_scorer **)made, error);
  return status == APUS_UNSUPPORTED ? APUS_OK : status;
}
static void release_scorer(void *made) { apus_scorer_release((apus_scorer *)made); }

static apus_status create_slot(const subject *of, void **made, apus_error *error)
{
  return apus_slot_create(of->scorer, (apus_slot **)made, error);
}
static void release_slot(void *made) { apus_slot_release((apus_slot *)made); }

static apus_status save(const subject *of, void **made, apus_error *error)
{
  *made = NULL;
  return apus_model_save_file(of->model, of->saved, error);
}
static void nothing(void *made) { (void)made; }

/* A call that fails for another reason still says which. */
static apus_status refuse(const subject *of, void **made, apus_error *error)
{
  double out;
  *made = NULL;
  apus_status status = apus_scorer_score_row_f32(of->scorer, NULL, (size_t)1 << 40, &out, 1, error);
  return status == APUS_FEATURE_COUNT_MISMATCH && strlen(error->message) > 20 ? APUS_OK : status;
}

static apus_status test_itself(const subject *of, void **made, apus_error *error)
{
  (void)of;
  *made = NULL;
  return apus_self_test(error);
}

static const step steps[] = {
    {"load", load, release_model},
    {"load, from a file", load_file, release_model},
    {"load, cut file", load_broken, release_model},
    {"scorer", create, release_scorer},
    {"scorer of leaves", create_leaves, release_scorer},
    {"slot", create_slot, release_slot},
    {"save", save, nothing},
    {"refused call", refuse, nothing},
};
static const step self_test = {"self-test", test_itself, nothing};

/* One try. Returns 0 if the step kept its promise. */
static int attempt(const step *tried, const subject *of, long number, int all_later)
{
  void *made = NULL;
  apus_error error;
  memset(&error, 0, sizeof error);
  long before = heap_blocks();
  heap_fail_at(number, all_later);
  apus_status status = tried->make(of, &made, &error);
  long failures = heap_failures();
  heap_fail_at(NEVER, 0);
  int is_kept = status == APUS_OK || (status == APUS_OUT_OF_MEMORY && made == NULL && error.message[0] && failures > 0);
  tried->unmake(made);
  long left = heap_blocks() - before;
  return !check(is_kept && left == 0, "%s, %s, call %ld%s fails: %s, %s; %ld blocks left", of->path, tried->name, number,
                all_later ? " and all later" : "", apus_status_name(status), error.message, left);
}

/* Returns how many faults were injected. */
static long try_all(const step *tried, const subject *of, long every)
{
  void *made = NULL;
  apus_error error;
  heap_fail_at(NEVER, 0);
  apus_status status = tried->make(of, &made, &error);
  long calls = heap_calls(), tries = 0;
  tried->unmake(made);
  check(status == APUS_OK, "%s, %s: %s", of->path, tried->name, apus_status_name(status));
  for (long number = 0; number < calls; number += calls > FEW_CALLS ? every : 1, tries += 2)
    if (attempt(tried, of, number, 0) | attempt(tried, of, number, 1))
      break;
  return tries;
}

static long try_case(const char *path, const char *saved, long every)
{
  conformance_case test;
  subject of;
  memset(&of, 0, sizeof of);
  case_read(path, &test);
  of.path = test.model_path;
  of.bytes = read_file(test.model_path, &of.length);
  of.saved = saved;
  long tries = 0;
  check(apus_model_load_bytes(of.bytes, of.length, &of.model, NULL) == APUS_OK &&
            apus_scorer_create(of.model, NULL, &of.scorer, NULL) == APUS_OK,
        "%s: cannot be used", path);
  for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
    tries += try_all(&steps[index], &of, every);
  apus_scorer_release(of.scorer);
  apus_model_release(of.model);
  free((char *)(uintptr_t)of.bytes);
  case_free(&test);
  return tries;
}

int main(int count, char **arguments)
{
  long every = count == 4 ? atol(arguments[3]) : 0, tries = 0;
  if (every < 1) {
    fprintf(stderr, "usage: fixtures FIXTURES FILE EVERY\n");
    return 2;
  }
  const char *saved = arguments[2];
  size_t cases;
  char **paths = case_list(arguments[1], &cases);
  for (size_t index = 0; index <= cases; index++) {
    int ends[2], state = -1;
    long tried = 0;
    check(pipe(ends) == 0, "no pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      subject none;
      memset(&none, 0, sizeof none);
      none.path = "the library";
      tried = index < cases ? try_case(paths[index], saved, every) : try_all(&self_test, &none, every * 50);
      int code = checks_finish();
      fflush(stdout);
      _exit(write(ends[1], &tried, sizeof tried) != sizeof tried || code != 0);
    }
    close(ends[1]);
    int is_told = read(ends[0], &tried, sizeof tried) == sizeof tried;
    close(ends[0]);
    waitpid(child, &state, 0);
    check(is_told && state == 0, "%s: %s %d", index < cases ? paths[index] : "self-test",
          WIFSIGNALED(state) ? "ended by signal" : "exit code", WIFSIGNALED(state) ? WTERMSIG(state) : WEXITSTATUS(state));
    tries += tried;
  }
  case_list_free(paths);
  printf("%ld faults injected in %zu models\n", tries, cases);
  return checks_finish();
}
