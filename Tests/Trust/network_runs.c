#include "network_runs.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { BATCH_ROWS = 256, MOST_INPUTS = 8 };

/* 1 if all inputs have an open first axis: then `shapes` have BATCH_ROWS there, and 1 where else the file says nothing. */
static int make_batch(const apus_model *model, apus_shape *shapes, size_t *count)
{
  apus_model_info facts;
  facts.struct_size = sizeof facts;
  if (apus_model_get_info(model, &facts, NULL) != APUS_OK || facts.input_count < 1 || facts.input_count > MOST_INPUTS)
    return 0;
  *count = (size_t)facts.input_count;
  for (int32_t index = 0; index < facts.input_count; index++) {
    apus_tensor_info info;
    info.struct_size = sizeof info;
    if (apus_model_get_input(model, index, &info, NULL) != APUS_OK || info.rank < 1 || info.lengths[0] != -1)
      return 0;
    memset(&shapes[index], 0, sizeof shapes[index]);
    shapes[index].rank = info.rank;
    for (int32_t axis = 0; axis < info.rank; axis++)
      shapes[index].lengths[axis] = axis == 0 ? BATCH_ROWS : info.lengths[axis] < 0 ? 1 : info.lengths[axis];
  }
  return 1;
}

static int load(const char *path, int32_t thread_count, apus_model **model, apus_network **network)
{
  apus_shape shapes[MOST_INPUTS];
  apus_network_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  if (apus_model_load_file(path, model, NULL) != APUS_OK)
    return 0;
  if (thread_count > 1) {
    options.shapes = shapes;
    options.thread_count = thread_count;
  }
  if ((thread_count > 1 && !make_batch(*model, shapes, &options.shape_count)) ||
      apus_network_create(*model, &options, network, NULL) != APUS_OK) {
    apus_model_release(*model);
    *model = NULL;
  }
  return 1;
}

static void add(network_run *run, const char *path, int32_t thread_count, size_t *count)
{
  memset(run, 0, sizeof *run);
  check(load(path, thread_count, &run->model, &run->network), "cannot load %s", path);
  if (!run->network)
    return;
  run->path = strdup(path);
  run->first = run->network;
  run->first_model = run->model;
  run->thread_count = thread_count;
  run->inputs = tensors_of(run->network, 0);
  run->expected = tensors_of(run->network, 1);
  run->out = tensors_of(run->network, 1);
  tensors_fill(&run->inputs, 1);
  run_network(run->network, &run->inputs, &run->expected);
  ++*count;
}

network_run *network_runs_load(const char *fixtures, int32_t thread_count, size_t *count)
{
  static const char *const patterns[] = {"onnx/*/model.onnx", "fuzz/onnx/*-onnx"};
  glob_t found;
  char pattern[4096];
  memset(&found, 0, sizeof found);
  for (size_t index = 0; index < sizeof patterns / sizeof *patterns; index++) {
    snprintf(pattern, sizeof pattern, "%s/%s", fixtures, patterns[index]);
    glob(pattern, index ? GLOB_APPEND : 0, NULL, &found);
  }
  network_run *runs = (network_run *)allocate(found.gl_pathc, sizeof *runs);
  *count = 0;
  for (size_t index = 0; index < found.gl_pathc; index++)
    add(&runs[*count], found.gl_pathv[index], thread_count, count);
  globfree(&found);
  check(*count > (thread_count > 1 ? 10 : 40), "%zu networks", *count);
  return runs;
}

void network_runs_free(network_run *runs, size_t count)
{
  for (size_t index = 0; index < count; index++) {
    if (runs[index].network != runs[index].first) {
      apus_network_release(runs[index].network);
      apus_model_release(runs[index].model);
    }
    apus_network_release(runs[index].first);
    apus_model_release(runs[index].first_model);
    tensors_free(&runs[index].inputs);
    tensors_free(&runs[index].expected);
    tensors_free(&runs[index].out);
    free(runs[index].path);
  }
  free(runs);
}

int network_run_load_again(network_run *of)
{
  apus_model *model = NULL;
  apus_network *network = NULL;
  if (!load(of->path, of->thread_count, &model, &network) || !network)
    return 0;
  if (of->network != of->first) {
    apus_network_release(of->network);
    apus_model_release(of->model);
  }
  of->network = network;
  of->model = model;
  return 1;
}

int network_run_is_right(network_run *of)
{
  size_t tensor, element;
  for (size_t index = 0; index < of->out.count; index++)
    if (of->out.items[index].byte_length)
      memset(of->out.items[index].data, 0xA5, of->out.items[index].byte_length);
  return apus_network_run(of->network, of->inputs.items, of->inputs.count, of->out.items, of->out.count, NULL) == APUS_OK &&
         !find_difference(&of->expected, &of->out, &tensor, &element);
}

size_t network_runs_right(network_run *runs, size_t count)
{
  size_t right = 0;
  for (size_t index = 0; index < count; index++)
    right += (size_t)network_run_is_right(&runs[index]);
  return right;
}
