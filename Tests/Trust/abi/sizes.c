/* sizes - structs of other sizes than this library's, as programs have them that were compiled with older or newer headers.
 *
 *   sizes FIXTURES
 *
 * Options of every smaller size are taken, and what lies behind them is not read; larger ones are taken if the tail is zero.
 * Of an info struct of any size the part that both sides know is filled, and nothing behind it is written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "check.h"

enum { SMALLEST = 8, LARGEST = 4096, TAIL = 32 };

static apus_model *trees, *graph;
static apus_scorer *scorer;
static apus_network *network;
static size_t feature_count;

/* A call with the struct under test; what it makes is released. */
typedef apus_status (*call)(void *structure);

static apus_status scorer_options(void *options)
{
  apus_scorer *made = NULL;
  apus_status status = apus_scorer_create(trees, (const apus_scorer_options *)options, &made, NULL);
  apus_scorer_release(made);
  return status;
}
static apus_status batch_options(void *options)
{
  double out[1];
  float *row = (float *)allocate(feature_count, sizeof *row);
  apus_status status =
      apus_scorer_score_f32(scorer, row, 1, feature_count, 0, (const apus_batch_options *)options, out, 1, NULL);
  free(row);
  return status;
}
static apus_status network_options(void *options)
{
  apus_network *made = NULL;
  apus_status status = apus_network_create(graph, (const apus_network_options *)options, &made, NULL);
  apus_network_release(made);
  return status;
}

static apus_status model_info(void *info) { return apus_model_get_info(trees, (apus_model_info *)info, NULL); }
static apus_status feature_info(void *info) { return apus_model_get_feature(trees, 0, (apus_feature_info *)info, NULL); }
static apus_status scorer_info(void *info) { return apus_scorer_get_info(scorer, (apus_scorer_info *)info, NULL); }
static apus_status network_info(void *info) { return apus_network_get_info(network, (apus_network_info *)info, NULL); }
static apus_status model_input(void *info) { return apus_model_get_input(graph, 0, (apus_tensor_info *)info, NULL); }
static apus_status network_output(void *info) { return apus_network_get_output(network, 0, (apus_tensor_info *)info, NULL); }

static const struct {
  const char *name;
  call make;
  size_t size;
} options[] = {
    {"apus_scorer_options", scorer_options, sizeof(apus_scorer_options)},
    {"apus_batch_options", batch_options, sizeof(apus_batch_options)},
    {"apus_network_options", network_options, sizeof(apus_network_options)},
}, infos[] = {
    {"apus_model_info", model_info, sizeof(apus_model_info)},
    {"apus_feature_info", feature_info, sizeof(apus_feature_info)},
    {"apus_scorer_info", scorer_info, sizeof(apus_scorer_info)},
    {"apus_network_info", network_info, sizeof(apus_network_info)},
    {"apus_tensor_info of a model", model_input, sizeof(apus_tensor_info)},
    {"apus_tensor_info of a network", network_output, sizeof(apus_tensor_info)},
};

/* The first field of each struct. */
static void set_size(void *structure, size_t size)
{
  uint32_t value = (uint32_t)size;
  memcpy(structure, &value, sizeof value);
}

static void check_options(const char *name, call make, size_t known)
{
  unsigned char bytes[LARGEST] __attribute__((aligned(8)));
  for (size_t size = SMALLEST; size <= LARGEST; size += 8) {
    memset(bytes, 0xA5, sizeof bytes);
    memset(bytes, 0, size);
    set_size(bytes, size);
    apus_status status = make(bytes);
    check(status == APUS_OK, "%s of %zu bytes, %zu known: %s", name, size, known, apus_status_name(status));
    if (size <= known)
      continue;
    bytes[size - 1] = 1;
    status = make(bytes);
    check(status == APUS_INVALID_OPTION, "%s of %zu bytes with a tail, %zu known: %s", name, size, known,
          apus_status_name(status));
  }
}

static void check_info(const char *name, call make, size_t known)
{
  unsigned char bytes[LARGEST + TAIL] __attribute__((aligned(8))), whole[LARGEST] __attribute__((aligned(8)));
  memset(whole, 0xA5, sizeof whole);
  set_size(whole, known);
  check(make(whole) == APUS_OK, "%s cannot be asked for", name);
  for (size_t size = SMALLEST; size <= LARGEST; size += 8) {
    size_t filled = size < known ? size : known, changed = 0;
    memset(bytes, 0xA5, sizeof bytes);
    set_size(bytes, size);
    apus_status status = make(bytes);
    for (size_t at = filled; at < sizeof bytes; at++)
      changed += bytes[at] != 0xA5;
    check(status == APUS_OK && changed == 0, "%s of %zu bytes, %zu known: %s, %zu bytes changed behind it", name, size, known,
          apus_status_name(status), changed);
    set_size(bytes, known);
    check(memcmp(bytes, whole, filled) == 0, "%s of %zu bytes differs from that of %zu", name, size, known);
  }
}

static void load(const char *fixtures, const char *name, apus_model **model)
{
  char path[4096];
  apus_error error;
  snprintf(path, sizeof path, "%s/%s", fixtures, name);
  if (!check(apus_model_load_file(path, model, &error) == APUS_OK, "%s: %s", path, error.message))
    exit(checks_finish());
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: sizes FIXTURES\n");
    return 2;
  }
  apus_model_info info;
  info.struct_size = sizeof info;
  load(arguments[1], "xgboost/binary-logistic-json/model.json", &trees);
  load(arguments[1], "onnx/mlp/model.onnx", &graph);
  check(apus_model_get_info(trees, &info, NULL) == APUS_OK && apus_scorer_create(trees, NULL, &scorer, NULL) == APUS_OK &&
            apus_network_create(graph, NULL, &network, NULL) == APUS_OK,
        "the fixtures cannot be used");
  feature_count = (size_t)info.feature_count;
  for (size_t index = 0; index < sizeof options / sizeof *options; index++)
    check_options(options[index].name, options[index].make, options[index].size);
  for (size_t index = 0; index < sizeof infos / sizeof *infos; index++)
    check_info(infos[index].name, infos[index].make, infos[index].size);
  apus_network_release(network);
  apus_scorer_release(scorer);
  apus_model_release(graph);
  apus_model_release(trees);
  printf("%zu structs, of 8 to %d bytes each\n", sizeof options / sizeof *options + sizeof infos / sizeof *infos, (int)LARGEST);
  return checks_finish();
}
