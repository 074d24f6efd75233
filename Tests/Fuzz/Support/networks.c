#include "networks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "network_tensors.h"
#include "random.h"
#include "require.h"
#include "scores.h"
#include "utf8.h"

enum {
  /* Inputs that are looked at, and of which shapes are varied. */
  LOOKED_AT = 40,
  INPUT_LIMIT = 16,
  /* Beyond these a network is compiled but not run: it would cost a fuzzer its pace. */
  RUN_OPERATIONS = 1 << 22,
  RUN_BYTES = 64 << 20,
};

/* Compiling for so long once is enough. */
static const double compile_seconds = 0.5;

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static apus_model_info info_of(const apus_model *model)
{
  apus_model_info info = {.struct_size = sizeof info};
  require(apus_model_get_info(model, &info, NULL) == APUS_OK, "a model does not tell its facts");
  return info;
}

int is_network(const apus_model *model) { return info_of(model).format == APUS_FORMAT_ONNX; }

static void check_info(const apus_tensor_info *info)
{
  require(info->name && info->name[info->name_length] == 0, "a tensor's name does not end with a zero byte");
  require(is_utf8(info->name, info->name_length), "a tensor's name is not UTF-8");
  int32_t shown = info->rank < APUS_RANK_LIMIT ? info->rank : APUS_RANK_LIMIT;
  for (int32_t axis = 0; axis < shown; axis++) {
    require(info->lengths[axis] >= -1, "axis %d has the length %lld", axis, (long long)info->lengths[axis]);
    require(!info->length_names[axis] || is_utf8(info->length_names[axis], strlen(info->length_names[axis])),
            "the name of axis %d is not UTF-8", axis);
  }
}

static void read_ports(const apus_model *model, const apus_model_info *facts)
{
  apus_tensor_info info = {.struct_size = sizeof info};
  for (int32_t index = 0; index < facts->input_count && index < LOOKED_AT; index++) {
    require(apus_model_get_input(model, index, &info, NULL) == APUS_OK, "input %d", index);
    check_info(&info);
  }
  require(facts->output_count > 0, "a network has no output");
  for (int32_t index = 0; index < facts->output_count && index < LOOKED_AT; index++) {
    require(apus_model_get_output(model, index, &info, NULL) == APUS_OK, "output %d", index);
    check_info(&info);
  }
  require(apus_model_get_input(model, facts->input_count, &info, NULL) == APUS_INDEX_OUT_OF_RANGE &&
              apus_model_get_output(model, -1, &info, NULL) == APUS_INDEX_OUT_OF_RANGE,
          "there is a tensor out of range");
}

/* Lengths for the axes that the file leaves open. */
static void choose_shapes(const apus_model *model, int32_t count, uint64_t *state, apus_shape *shapes)
{
  static const int64_t lengths[] = {1, 2, 3, 5, 17, 0, 1, 2};
  for (int32_t index = 0; index < count; index++) {
    apus_tensor_info info = {.struct_size = sizeof info};
    apus_model_get_input(model, index, &info, NULL);
    memset(&shapes[index], 0, sizeof shapes[index]);
    shapes[index].rank = info.rank < 0 ? (int32_t)random_below(state, 4) : info.rank;
    for (int32_t axis = 0; axis < shapes[index].rank && axis < APUS_RANK_LIMIT; axis++) {
      int64_t chosen = lengths[random_below(state, sizeof lengths / sizeof *lengths)];
      shapes[index].lengths[axis] = info.rank < 0 || info.lengths[axis] < 0 ? chosen : info.lengths[axis];
    }
  }
}

static apus_status compile(const apus_model *model, const apus_network_options *options, apus_network **network,
                           double *taken)
{
  apus_error error;
  memset(&error, 0xA5, sizeof error);
  double start = seconds();
  apus_status status = apus_network_create(model, options, network, &error);
  *taken = seconds() - start;
  require((status == APUS_OK) == (*network != NULL), "status %d, but the network is %p", status, (void *)*network);
  if (status == APUS_OK) return status;
  require(status == APUS_INVALID_OPTION || status == APUS_INVALID_MODEL || status == APUS_UNSUPPORTED ||
              status == APUS_LIMIT_EXCEEDED,
          "a network is refused with %s: %s", apus_status_name(status), error.message);
  const char *end = memchr(error.message, 0, sizeof error.message);
  require(end && end > error.message && is_utf8(error.message, (size_t)(end - error.message)),
          "the message is empty, has no end or is not UTF-8");
  return status;
}

static int is_quick(const apus_network *network)
{
  apus_network_info facts = {.struct_size = sizeof facts};
  require(apus_network_get_info(network, &facts, NULL) == APUS_OK, "a network does not tell its facts");
  require(facts.operation_count >= 0 && facts.memory_bytes >= 0, "%lld operations, %lld bytes",
          (long long)facts.operation_count, (long long)facts.memory_bytes);
  return facts.operation_count <= RUN_OPERATIONS && facts.memory_bytes <= RUN_BYTES;
}

/* Whether no kernel rounds otherwise than plain steps: exponentials are within units of the last place, and sums are
 * made in another order. */
static int is_exact(const uint8_t *bytes, size_t length)
{
  static const char *const inexact[] = {"MatMul", "Gemm", "Einsum", "Conv", "Exp", "Sigmoid", "Tanh", "Log", "Soft",
                                        "Attention", "LSTM", "GRU", "RNN", "Norm", "Reduce", "Mean", "Sum", "Pool",
                                        "Gelu", "Erf", "Mish", "Swish", "Elu", "elu", "Pow", "Rotary", "Cum", "Linear", "SVM"};
  for (size_t index = 0; index < sizeof inexact / sizeof *inexact; index++)
    if (memmem(bytes, length, inexact[index], strlen(inexact[index]))) return 0;
  return 1;
}

/* Two runs of the same numbers, with another between them that leaves its own behind. */
static void check_repeats(const apus_network *network, uint64_t seed, const tensors *first)
{
  tensors inputs = tensors_of(network, 0), outputs = tensors_of(network, 1);
  tensors_fill(&inputs, seed + 1);
  run_network(network, &inputs, &outputs);
  tensors_fill(&inputs, seed);
  run_network(network, &inputs, &outputs);
  require_same_tensors(first, &outputs, "a run of the same numbers");
  tensors_free(&inputs);
  tensors_free(&outputs);
}

/* Plain steps against kernels, for inputs of these shapes. Returns 0 if that takes long. */
static int compare_networks(const apus_model *model, const apus_shape *shapes, size_t count, const uint8_t *bytes,
                            size_t length)
{
  apus_network *network = NULL, *other = NULL;
  apus_network_options options = {.struct_size = sizeof options, .shapes = shapes, .shape_count = shapes ? count : 0,
                                  .engine = "reference"};
  double taken;
  apus_status status = compile(model, &options, &network, &taken);
  if (taken > compile_seconds) {
    apus_network_release(network);
    return 0;
  }
  int runs = network && is_quick(network);
  uint64_t seed = length;
  tensors inputs = {0}, expected = {0}, actual = {0};
  if (runs) {
    inputs = tensors_of(network, 0);
    expected = tensors_of(network, 1);
    actual = tensors_of(network, 1);
    tensors_fill(&inputs, seed);
    run_network(network, &inputs, &expected);
    check_repeats(network, seed, &expected);
  }
  options.engine = "network";
  for (const char *const *level = instruction_sets(); *level; level++) {
    options.instruction_set = *level;
    apus_status same = compile(model, &options, &other, &taken);
    require(same == status, "plain steps: %s, kernels: %s", apus_status_name(status), apus_status_name(same));
    if (runs) {
      run_network(other, &inputs, &actual);
      if (is_exact(bytes, length)) require_same_tensors(&expected, &actual, *level);
      check_repeats(other, seed, &actual);
    }
    apus_network_release(other);
    other = NULL;
  }
  tensors_free(&inputs);
  tensors_free(&expected);
  tensors_free(&actual);
  apus_network_release(network);
  return 1;
}

/* As rows, if it takes them: blocks of each size, rows of doubles, and a row alone as one of a batch. */
static void score_rows(const apus_model *model, const apus_model_info *facts, const uint8_t *bytes, size_t length)
{
  enum { ROWS = 53 };
  apus_network *alone = NULL;
  double taken;
  compile(model, NULL, &alone, &taken);
  apus_network_info cost = {.struct_size = sizeof cost};
  if (alone) apus_network_get_info(alone, &cost, NULL);
  int is_slow = !alone || taken > compile_seconds / ROWS || !is_quick(alone) || cost.operation_count > RUN_OPERATIONS / ROWS;
  apus_network_release(alone);
  if (is_slow || facts->feature_count > 4096 || facts->margin_count > 2048) return;
  apus_scorer *scorer = NULL;
  apus_error error;
  apus_status status = apus_scorer_create(model, NULL, &scorer, &error);
  require((status == APUS_OK) == (scorer != NULL), "status %d, but the scorer is %p", status, (void *)scorer);
  if (!scorer) return;
  dense_rows rows = rows_from_bytes((size_t)facts->feature_count, ROWS, bytes, length);
  apus_scorer_info info = {.struct_size = sizeof info};
  require(apus_scorer_get_info(scorer, &info, NULL) == APUS_OK, "a scorer does not tell its facts");
  size_t count = (size_t)info.value_count;
  double *values = malloc(sizeof(double) * (count * (2 * ROWS + 1) + 1));
  double *wide_rows = malloc(sizeof(double) * (ROWS * rows.feature_count + 1));
  require(values && wide_rows, "there is no memory for values");
  for (size_t cell = 0; cell < ROWS * rows.feature_count; cell++) wide_rows[cell] = (double)rows.values[cell];
  double *row = values + count * ROWS, *wide = row + count;
  require(apus_scorer_score_f32(scorer, rows.values, ROWS, rows.feature_count, 0, NULL, values, count * ROWS, &error) ==
              APUS_OK, "apus_scorer_score_f32: %s", error.message);
  require(apus_scorer_score_f64(scorer, wide_rows, ROWS, rows.feature_count, 0, NULL, wide, count * ROWS, &error) ==
              APUS_OK, "apus_scorer_score_f64: %s", error.message);
  require_same(values, wide, count * ROWS, "rows of doubles");
  for (size_t index = 0; index < ROWS; index += ROWS - 1) {
    require(apus_scorer_score_row_f32(scorer, rows.values + index * rows.feature_count, rows.feature_count, row, count,
                                      &error) == APUS_OK, "apus_scorer_score_row_f32: %s", error.message);
    require_same(values + index * count, row, count, "a row alone");
  }
  free(wide_rows);
  free(values);
  free(rows.values);
  apus_scorer_release(scorer);
}

void check_network(const apus_model *model, const uint8_t *bytes, size_t length)
{
  apus_model_info facts = info_of(model);
  read_ports(model, &facts);
  uint64_t state = length;
  int is_quick = compare_networks(model, NULL, 0, bytes, length);
  if (is_quick && facts.input_count > 0 && facts.input_count <= INPUT_LIMIT) {
    apus_shape shapes[INPUT_LIMIT];
    for (int turn = 0; turn < 2 && is_quick; turn++) {
      choose_shapes(model, facts.input_count, &state, shapes);
      is_quick = compare_networks(model, shapes, (size_t)facts.input_count, bytes, length);
    }
  }
  if (is_quick && facts.feature_count > 0) score_rows(model, &facts, bytes, length);
}
