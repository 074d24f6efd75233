/* networks - malloc that fails at its n-th call while networks are loaded, compiled, saved and made scorers and slots of.
 *
 *   networks EVERY SAVED < LIST     paths of files with networks, one a line; steps with many calls are tried at each
 *                                   EVERY-th. SAVED: for what is saved
 *
 * As fixtures.c has it: for every n that call alone fails, and that and all later ones; a status every time, nothing left.
 * A run, of text too, calls malloc not once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apus.h"
#include "check.h"
#include "failing_heap.h"
#include "network_tensors.h"

/* Steps with more calls than this are tried at each EVERY-th. */
enum { FEW_CALLS = 64 };

typedef struct subject {
  const char *path;
  const char *bytes;
  size_t length;
  apus_model *model;
  apus_scorer *scorer; /* NULL for a network that takes no rows */
} subject;

typedef struct step {
  const char *name;
  apus_status (*make)(const subject *of, void **made, apus_error *error);
  void (*unmake)(void *made);
} step;

static apus_status load(const subject *of, void **made, apus_error *error)
{
  return apus_model_load_bytes(of->bytes, of->length, (apus_model **)made, error);
}
static void release_model(void *made) { apus_model_release((apus_model *)made); }

static apus_status compile(const subject *of, const char *engine, void **made, apus_error *error)
{
  apus_network_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.engine = engine;
  return apus_network_create(of->model, &options, (apus_network **)made, error);
}
static apus_status compile_plain(const subject *of, void **made, apus_error *error)
{
  return compile(of, "reference", made, error);
}
static apus_status compile_kernels(const subject *of, void **made, apus_error *error)
{
  return compile(of, "network", made, error);
}
static void release_network(void *made) { apus_network_release((apus_network *)made); }

static apus_status create(const subject *of, void **made, apus_error *error)
{
  return apus_scorer_create(of->model, NULL, (apus_scorer **)made, error);
}
static void release_scorer(void *made) { apus_scorer_release((apus_scorer *)made); }

static const char *saved;

/* Nothing is made in memory; and the file is another's only after all went well. */
static apus_status save(const subject *of, void **made, apus_error *error)
{
  *made = NULL;
  return apus_model_save_file(of->model, saved, error);
}
static void unmake_nothing(void *made) { check(made == NULL, "a save made something"); }

static apus_status create_slot(const subject *of, void **made, apus_error *error)
{
  return apus_slot_create(of->scorer, (apus_slot **)made, error);
}
static void release_slot(void *made) { apus_slot_release((apus_slot *)made); }

static const step steps[] = {
    {"load", load, release_model},
    {"network of plain steps", compile_plain, release_network},
    {"network of kernels", compile_kernels, release_network},
    {"scorer", create, release_scorer},
    {"save", save, unmake_nothing},
    {"slot", create_slot, release_slot},
};

/* A step that is refused when there is memory (a file that wants shapes, or takes no rows) is refused the same way when
 * there is none, or for want of it. */
static int attempt(const step *tried, const subject *of, apus_status otherwise, long number, int all_later)
{
  void *made = NULL;
  apus_error error;
  memset(&error, 0, sizeof error);
  long before = heap_blocks();
  heap_fail_at(number, all_later);
  apus_status status = tried->make(of, &made, &error);
  long failures = heap_failures();
  heap_fail_at(NEVER, 0);
  int is_kept = status == otherwise || (status == APUS_OUT_OF_MEMORY && failures > 0);
  int is_told = status == APUS_OK || (made == NULL && error.message[0]);
  tried->unmake(made);
  long left = heap_blocks() - before;
  return check(is_kept && is_told && left == 0, "%s, %s, call %ld%s fails: %s, %s; %ld blocks left", of->path, tried->name,
               number, all_later ? " and all later" : "", apus_status_name(status), error.message, left);
}

static long try_all(const step *tried, const subject *of, long every)
{
  void *made = NULL;
  heap_fail_at(NEVER, 0);
  apus_status otherwise = tried->make(of, &made, NULL);
  long calls = heap_calls(), tries = 0;
  tried->unmake(made);
  for (long number = 0; number < calls; number += calls > FEW_CALLS ? every : 1, tries += 2)
    if (!attempt(tried, of, otherwise, number, 0) | !attempt(tried, of, otherwise, number, 1))
      break;
  return tries;
}

static void check_runs(const subject *of)
{
  apus_network *network = NULL;
  if (apus_network_create(of->model, NULL, &network, NULL) != APUS_OK)
    return;
  tensors inputs = tensors_of(network, 0), outputs = tensors_of(network, 1);
  tensors_fill(&inputs, 1);
  heap_fail_at(0, 1);
  apus_status status = apus_network_run(network, inputs.items, inputs.count, outputs.items, outputs.count, NULL);
  long calls = heap_calls();
  heap_fail_at(NEVER, 0);
  check(status == APUS_OK && calls == 0, "%s, run: %s after %ld calls of malloc", of->path, apus_status_name(status), calls);
  tensors_free(&inputs);
  tensors_free(&outputs);
  apus_network_release(network);
}

static long try_file(const char *path, long every)
{
  subject of;
  memset(&of, 0, sizeof of);
  of.path = path;
  of.bytes = read_file(path, &of.length);
  long tries = 0;
  check(apus_model_load_bytes(of.bytes, of.length, &of.model, NULL) == APUS_OK, "%s: cannot be loaded", path);
  apus_scorer_create(of.model, NULL, &of.scorer, NULL);
  for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
    tries += try_all(&steps[index], &of, every);
  check_runs(&of);
  apus_scorer_release(of.scorer);
  apus_model_release(of.model);
  free((char *)(uintptr_t)of.bytes);
  return tries;
}

int main(int count, char **arguments)
{
  char path[4096];
  long every = count == 3 ? atol(arguments[1]) : 0, tries = 0, files = 0;
  if (every < 1) {
    fprintf(stderr, "usage: networks EVERY SAVED < LIST\n");
    return 2;
  }
  saved = arguments[2];
  while (fgets(path, sizeof path, stdin)) {
    int ends[2], state = -1;
    long tried = 0;
    path[strcspn(path, "\n")] = 0;
    check(pipe(ends) == 0, "no pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      tried = try_file(path, every);
      int code = checks_finish();
      fflush(stdout);
      _exit(write(ends[1], &tried, sizeof tried) != sizeof tried || code != 0);
    }
    close(ends[1]);
    int is_told = read(ends[0], &tried, sizeof tried) == sizeof tried;
    close(ends[0]);
    waitpid(child, &state, 0);
    check(is_told && state == 0, "%s: %s %d", path, WIFSIGNALED(state) ? "ended by signal" : "exit code",
          WIFSIGNALED(state) ? WTERMSIG(state) : WEXITSTATUS(state));
    tries += tried;
    files++;
  }
  printf("%ld faults injected in %ld networks\n", tries, files);
  return checks_finish();
}
