/* Apus, a network that takes tensors by name. It is compiled for the rows of one run; more rows are several runs, one
 * after the other and, on several threads, beside each other. */
#include "apus.h"

#include <pthread.h>
#include <stdlib.h>

#include "contender.h"
#include "library.h"

#define MAXIMUM_INPUTS 4
#define MAXIMUM_THREADS 16

typedef struct network_contender {
  contender base;
  apus_network *network;
  size_t input_count;
  contender_input inputs[MAXIMUM_INPUTS];
  size_t run_rows;
  size_t thread_count;
  float *scores; /* room for the rows of a call */
  void (*release)(apus_network *);
  apus_status (*run)(const apus_network *, const apus_tensor *, size_t, const apus_tensor *, size_t, apus_error *);
} network_contender;

/* The rows of a call, and which of them a thread has. */
typedef struct share {
  const network_contender *self;
  const unsigned char *rows;
  size_t row_count;
  size_t first;
  size_t count;
} share;

static void *run_share(void *argument)
{
  const share *own = argument;
  const network_contender *self = own->self;
  for (size_t row = own->first; row < own->first + own->count; row += self->run_rows) {
    apus_tensor tensors[MAXIMUM_INPUTS];
    const unsigned char *input = own->rows;
    for (size_t index = 0; index < self->input_count; index++) {
      size_t row_bytes = self->inputs[index].row_bytes;
      void *data = (void *)(size_t)(input + row * row_bytes);
      tensors[index] = (apus_tensor){(apus_element)self->inputs[index].type, 0, data, self->run_rows * row_bytes};
      input += own->row_count * row_bytes;
    }
    apus_tensor score = {APUS_ELEMENT_F32, 0, self->scores + row, self->run_rows * sizeof(float)};
    self->run(self->network, tensors, self->input_count, &score, 1, NULL);
  }
  return NULL;
}

/* As a service would that has no threads waiting: they begin and end with the call, as those of Apus's batches do. */
static void run_shares(network_contender *self, const void *rows, size_t row_count)
{
  pthread_t threads[MAXIMUM_THREADS];
  share shares[MAXIMUM_THREADS];
  size_t count = row_count / self->thread_count;
  for (size_t index = 0; index < self->thread_count; index++)
    shares[index] = (share){self, rows, row_count, index * count, count};
  for (size_t index = 1; index < self->thread_count; index++)
    if (pthread_create(&threads[index], NULL, run_share, &shares[index]))
      abort();
  run_share(&shares[0]);
  for (size_t index = 1; index < self->thread_count; index++)
    pthread_join(threads[index], NULL);
}

static void score_row(contender *base, const void *row, double *margin)
{
  network_contender *self = (network_contender *)base;
  run_share(&(share){self, row, 1, 0, 1});
  *margin = (double)self->scores[0];
}

static void score_rows(contender *base, const void *rows, size_t row_count, double *margins)
{
  network_contender *self = (network_contender *)base;
  run_shares(self, rows, row_count);
  for (size_t row = 0; row < row_count; row++)
    margins[row] = (double)self->scores[row];
}

static void close_network(contender *base)
{
  network_contender *self = (network_contender *)base;
  self->release(self->network);
  free(self->scores);
  free(self);
}

static apus_network *make_network(void *library, const contender_settings *settings, int64_t run_rows, char *message)
{
  apus_status (*load)(const char *, apus_model **, apus_error *);
  apus_status (*create)(const apus_model *, const apus_network_options *, apus_network **, apus_error *);
  void (*release)(apus_model *);
  const char *(*status_name)(apus_status);
  if (!library_take(library, "apus_model_load_file", &load) || !library_take(library, "apus_network_create", &create) ||
      !library_take(library, "apus_model_release", &release) ||
      !library_take(library, "apus_status_name", &status_name))
    return refuse(message, "this is not the Apus library");
  apus_shape shapes[MAXIMUM_INPUTS] = {0};
  for (int32_t index = 0; index < settings->input_count; index++) {
    const contender_input *input = &settings->inputs[index];
    shapes[index].rank = input->rank + 1;
    shapes[index].lengths[0] = run_rows;
    memcpy(&shapes[index].lengths[1], input->lengths, (size_t)input->rank * sizeof *input->lengths);
  }
  apus_network_options options = {.struct_size = sizeof options, .shapes = shapes};
  options.shape_count = (size_t)settings->input_count;
  apus_model *model = NULL;
  apus_network *network = NULL;
  apus_error error;
  if (load(settings->model, &model, &error) || create(model, &options, &network, &error))
    refuse(message, "%s: %.400s", status_name(error.status), error.message);
  release(model);
  return network;
}

contender *open_apus_network(const contender_settings *settings, char *message)
{
  void *library = library_open(settings->library);
  if (!library)
    return refuse(message, "%.400s", dlerror());
  int64_t share_rows = settings->row_count / settings->thread_count;
  int64_t run_rows = settings->run_rows ? settings->run_rows : share_rows;
  if (settings->input_count > MAXIMUM_INPUTS || settings->thread_count > MAXIMUM_THREADS)
    return refuse(message, "more than %d inputs or %d threads", MAXIMUM_INPUTS, MAXIMUM_THREADS);
  if (share_rows * settings->thread_count != settings->row_count || share_rows % run_rows)
    return refuse(message, "the rows do not fall into equal runs");
  network_contender *self = calloc(1, sizeof *self);
  float *scores = calloc((size_t)settings->row_count, sizeof *scores);
  if (!self || !scores)
    abort();
  self->base = (contender){0, score_row, score_rows, close_network};
  self->input_count = (size_t)settings->input_count;
  for (size_t index = 0; index < self->input_count; index++) {
    self->inputs[index] = settings->inputs[index];
    self->base.row_bytes += self->inputs[index].row_bytes;
  }
  self->run_rows = (size_t)run_rows;
  self->thread_count = (size_t)settings->thread_count;
  self->scores = scores;
  if (!library_take(library, "apus_network_release", &self->release) ||
      !library_take(library, "apus_network_run", &self->run))
    refuse(message, "this is not the Apus library");
  else
    self->network = make_network(library, settings, run_rows, message);
  if (self->network)
    return &self->base;
  free(scores);
  free(self);
  return NULL;
}
