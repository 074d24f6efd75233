/* shared - 32 threads load, compile, score, swap and release models that all of them share.
 *
 *   shared FIXTURES SECONDS
 *
 * Each thread does what chance tells it: it loads a model and publishes a scorer of it in a slot; hands a model to whoever
 * takes it next, and releases the one that it gets instead, perhaps the last reference; makes a scorer of a model that
 * others use; asks a model for its facts; scores a row or a batch, also on two threads, with the scorer of a slot; runs a
 * network that all have, with more runs at a time than it has workspaces. Every number must be the one that a single
 * thread got before. At the end nothing is left on the heap.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apus.h"
#include "check.h"
#include "network_runs.h"
#ifdef COUNTED_HEAP
#include "heap.h" /* of Tests/Fuzz/Support */
#endif

enum { THREAD_COUNT = 32, ROWS = 600 };

/* A model file, what holds its newest model and scorer, and what its rows give. */
typedef struct kind {
  const char *name;
  char *bytes;
  size_t length;
  _Atomic(apus_model *) model; /* with one reference, which belongs to who takes it away */
  apus_slot *slot;
  size_t feature_count;
  size_t value_count;
  float *rows;
  double *expected;
} kind;

static kind kinds[] = {
    {.name = "xgboost/binary-logistic-json/model.json"}, {.name = "lightgbm/binary-4.7.0/model.txt"},
    {.name = "catboost/logloss-cbm/model.cbm"},           {.name = "onnx/mlp/model.onnx"},
    {.name = "onnx/mlp-doubles/model.onnx"},              {.name = "fuzz/onnx/trees-onnx"},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static network_run *networks;
static size_t network_count;
static atomic_bool ends;
static atomic_long loads, swaps, publishes, scored, runs, wrong;

/* xorshift: a thread's own sequence of choices. */
static unsigned next_choice(unsigned *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static apus_model *load(const kind *of)
{
  apus_model *model = NULL;
  wrong += apus_model_load_bytes(of->bytes, of->length, &model, NULL) != APUS_OK;
  loads++;
  return model;
}

static void publish(const kind *of, const apus_model *model)
{
  apus_scorer *scorer = NULL;
  wrong += apus_scorer_create(model, NULL, &scorer, NULL) != APUS_OK ||
           apus_slot_publish(of->slot, scorer, NULL) != APUS_OK;
  apus_scorer_release(scorer);
  publishes++;
}

/* Takes the model that is there, and leaves another reference to it or another model. NULL if another thread has it now. */
static void exchange(kind *of, unsigned choice)
{
  apus_model *taken = atomic_exchange(&of->model, NULL);
  if (!taken)
    return;
  if (choice % 2) {
    wrong += apus_model_retain(taken) != APUS_OK;
    atomic_store(&of->model, taken);
  } else {
    atomic_store(&of->model, load(of));
    swaps++;
  }
  apus_model_info info;
  info.struct_size = sizeof info;
  wrong += apus_model_get_info(taken, &info, NULL) != APUS_OK || (size_t)info.feature_count != of->feature_count;
  publish(of, taken);
  apus_model_release(taken);
}

static void score(const kind *of, unsigned choice, double *out)
{
  const apus_scorer *scorer = NULL;
  apus_batch_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.thread_count = choice % 32 == 0 ? 2 : 1;
  size_t row = choice / 64 % ROWS, count = choice % 4 ? 1 : ROWS - row;
  wrong += apus_slot_acquire(of->slot, &scorer, NULL) != APUS_OK;
  const float *rows = of->rows + row * of->feature_count;
  apus_status status =
      count == 1 ? apus_scorer_score_row_f32(scorer, rows, of->feature_count, out, of->value_count, NULL)
                 : apus_scorer_score_f32(scorer, rows, count, of->feature_count, 0, &options, out,
                                         count * of->value_count, NULL);
  wrong += status != APUS_OK ||
           memcmp(out, of->expected + row * of->value_count, count * of->value_count * sizeof *out) != 0;
  apus_scorer_release((apus_scorer *)(uintptr_t)scorer);
  scored += (long)count;
}

static void *doing_all(void *argument)
{
  unsigned state = 1 + (unsigned)(uintptr_t)argument;
  size_t most = 0;
  for (size_t index = 0; index < KIND_COUNT; index++)
    most = kinds[index].value_count > most ? kinds[index].value_count : most;
  double *out = (double *)allocate(ROWS * most, sizeof *out);
  network_run *own = (network_run *)allocate(network_count, sizeof *own);
  for (size_t index = 0; index < network_count; index++) {
    own[index] = networks[index];
    own[index].out = tensors_of(networks[index].network, 1);
  }
  while (!atomic_load(&ends)) {
    unsigned choice = next_choice(&state);
    kind *of = &kinds[choice / 16 % KIND_COUNT];
    switch (choice % 16) {
    case 0: exchange(of, choice / 256); break;
    case 1: {
      apus_model *model = load(of);
      publish(of, model);
      apus_model_release(model);
      break;
    }
    case 2:
    case 3:
    case 4:
    case 5:
      wrong += !network_run_is_right(&own[choice / 16 % network_count]);
      runs++;
      break;
    default: score(of, choice / 16, out);
    }
  }
  for (size_t index = 0; index < network_count; index++)
    tensors_free(&own[index].out);
  free(own);
  free(out);
  return NULL;
}

static void begin(const char *fixtures, kind *of)
{
  char path[4096];
  apus_scorer *scorer = NULL;
  apus_scorer_info info;
  info.struct_size = sizeof info;
  snprintf(path, sizeof path, "%s/%s", fixtures, of->name);
  of->bytes = read_file(path, &of->length);
  apus_model *model = load(of);
  check(apus_scorer_create(model, NULL, &scorer, NULL) == APUS_OK && apus_scorer_get_info(scorer, &info, NULL) == APUS_OK &&
            apus_slot_create(scorer, &of->slot, NULL) == APUS_OK,
        "%s cannot be used", path);
  of->feature_count = (size_t)info.feature_count;
  of->value_count = (size_t)info.value_count;
  of->rows = (float *)allocate(ROWS * of->feature_count, sizeof *of->rows);
  of->expected = (double *)allocate(ROWS * of->value_count, sizeof *of->expected);
  for (size_t cell = 0; cell < ROWS * of->feature_count; cell++)
    of->rows[cell] = (float)((cell * 2654435761u >> 7) % 2000) / 500 - 2;
  check(apus_scorer_score_f32(scorer, of->rows, ROWS, of->feature_count, 0, NULL, of->expected, ROWS * of->value_count,
                              NULL) == APUS_OK,
        "%s cannot score", path);
  apus_scorer_release(scorer);
  atomic_store(&of->model, model);
}

static void end(kind *of)
{
  apus_slot_release(of->slot);
  apus_model_release(atomic_exchange(&of->model, NULL));
  free(of->bytes);
  free(of->rows);
  free(of->expected);
}

static void run(const char *fixtures, unsigned seconds)
{
  pthread_t threads[THREAD_COUNT];
  for (size_t index = 0; index < KIND_COUNT; index++)
    begin(fixtures, &kinds[index]);
  networks = network_runs_load(fixtures, 1, &network_count);
  for (uintptr_t index = 0; index < THREAD_COUNT; index++)
    check(pthread_create(&threads[index], NULL, doing_all, (void *)index) == 0, "no thread");
  sleep(seconds);
  atomic_store(&ends, 1);
  for (size_t index = 0; index < THREAD_COUNT; index++)
    pthread_join(threads[index], NULL);
  for (size_t index = 0; index < KIND_COUNT; index++)
    end(&kinds[index]);
  network_runs_free(networks, network_count);
}

int main(int count, char **arguments)
{
  unsigned seconds = count == 3 ? (unsigned)atoi(arguments[2]) : 0;
  if (seconds < 1) {
    fprintf(stderr, "usage: shared FIXTURES SECONDS\n");
    return 2;
  }
  printf("shared   %d threads\n", THREAD_COUNT); /* the stream's buffer is no leak */
#ifdef COUNTED_HEAP
  size_t live = heap_live();
#endif
  run(arguments[1], seconds);
  printf("shared   %d models and %zu networks, %u s: %ld loads, %ld publishes, %ld models swapped, %ld rows scored, %ld runs of "
         "networks, %ld wrong\n",
         (int)KIND_COUNT, network_count, seconds, (long)loads, (long)publishes, (long)swaps, (long)scored, (long)runs, (long)wrong);
  check(wrong == 0, "%ld wrong", (long)wrong);
  check(loads > 100 && swaps > 10 && publishes > 100 && runs > 100, "nothing happened");
#ifdef COUNTED_HEAP
  /* Stacks of threads that ended are kept by libc, with their tables for thread-local memory. */
  check(heap_live() < live + 65536, "%zu bytes are left on the heap", heap_live() - live);
#endif
  return checks_finish();
}
