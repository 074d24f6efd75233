/* networks - runs the exported networks of the fixtures by the names of their tensors.
 *
 *   networks [--quick] FIXTURES [SAVED]
 *   networks --bits FIXTURES
 *
 * For each case, engine and instruction set: all rows at once, and each row alone, which must have the same bits. They
 * may differ from the framework's numbers by MOST_UNITS. --quick leaves out the forced levels. --bits prints the
 * checksum of each output instead, which tests in other languages compare with theirs. SAVED: a file for each network as
 * Apus's own, which must give the same bits, and be the same file when it is saved again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"
#include "check.h"
#include "reader.h"
#include "tensors.h"

/* Units in the last place of an output's largest number. Frameworks sum in another order, which changes the last bits of
 * each layer's sums; Tests/Parity/ONNX/test_networks.py says more. */
#define MOST_UNITS 16

/* The tensor of that name, or NULL. */
static named_tensor *find(named_tensor *tensors, size_t count, const apus_tensor_info *info)
{
  for (size_t index = 0; index < count; index++)
    if (strlen(tensors[index].name) == info->name_length &&
        memcmp(tensors[index].name, info->name, info->name_length) == 0)
      return &tensors[index];
  return NULL;
}

/* A network for `row_count` rows of the case's inputs. */
static apus_network *create(tensor_case *test, const apus_model *model, size_t row_count, const char *engine,
                            const char *level)
{
  apus_network *network = NULL;
  apus_error error;
  apus_shape shapes[MOST_TENSORS];
  apus_tensor_info info;
  info.struct_size = sizeof info;
  for (size_t index = 0; index < test->input_count; index++) {
    apus_status status = apus_model_get_input(model, (int32_t)index, &info, &error);
    named_tensor *tensor = status == APUS_OK ? find(test->inputs, test->input_count, &info) : NULL;
    if (!check(tensor != NULL, "%s: no input %zu", test->path, index))
      return NULL;
    shapes[index] = tensor->shape;
    shapes[index].lengths[0] = (int64_t)row_count;
  }
  apus_network_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.shapes = shapes;
  options.shape_count = test->input_count;
  options.engine = engine;
  options.instruction_set = level;
  apus_status status = apus_network_create(model, &options, &network, &error);
  check(status == APUS_OK, "%s: %s", test->path, status ? error.message : "");
  return network;
}

/* The tensors of `row_count` rows from `first` on, in the network's order. */
static int place(tensor_case *test, const apus_network *network, int is_input, size_t first, size_t row_count,
                 void *const *memory, apus_tensor *tensors)
{
  named_tensor *named = is_input ? test->inputs : test->outputs;
  size_t count = is_input ? test->input_count : test->output_count;
  for (size_t index = 0; index < count; index++) {
    apus_tensor_info info;
    info.struct_size = sizeof info;
    apus_status status = is_input ? apus_network_get_input(network, (int32_t)index, &info, NULL)
                                  : apus_network_get_output(network, (int32_t)index, &info, NULL);
    named_tensor *found = status == APUS_OK ? find(named, count, &info) : NULL;
    if (!check(found != NULL, "%s: no tensor %zu", test->path, index))
      return 0;
    tensors[index] = found->tensor;
    tensors[index].data = (char *)memory[found - named] + first * found->row_bytes;
    tensors[index].byte_length = row_count * found->row_bytes;
  }
  return 1;
}

/* Run rows from `first` on into `results`, one for each output of the case. */
static int run(tensor_case *test, const apus_network *network, size_t first, size_t row_count, void *const *results)
{
  apus_error error;
  apus_tensor inputs[MOST_TENSORS], outputs[MOST_TENSORS];
  void *given[MOST_TENSORS];
  for (size_t index = 0; index < test->input_count; index++)
    given[index] = test->inputs[index].tensor.data;
  if (!place(test, network, 1, first, row_count, given, inputs) ||
      !place(test, network, 0, first, row_count, results, outputs))
    return 0;
  apus_status status = apus_network_run(network, inputs, test->input_count, outputs, test->output_count, &error);
  return check(status == APUS_OK, "%s: %s", test->path, status ? error.message : "");
}

static double number(const named_tensor *tensor, const void *data, size_t index)
{
  if (tensor->tensor.element == APUS_ELEMENT_F32)
    return (double)((const float *)data)[index];
  return ((const double *)data)[index];
}

static void compare(const tensor_case *test, const named_tensor *expected, const void *found, const char *engine,
                    const char *level)
{
  apus_element element = expected->tensor.element;
  if (element != APUS_ELEMENT_F32 && element != APUS_ELEMENT_F64) {
    check(memcmp(expected->tensor.data, found, expected->tensor.byte_length) == 0, "%s: %s differs", test->path,
          expected->name);
    return;
  }
  size_t count = expected->tensor.byte_length / expected->element_size;
  double largest = 0, worst = 0;
  for (size_t index = 0; index < count; index++) {
    double wanted = number(expected, expected->tensor.data, index);
    double difference = fabs(number(expected, found, index) - wanted);
    largest = fmax(largest, fabs(wanted));
    /* A NaN is as far away as can be. */
    worst = difference <= worst ? worst : difference == difference ? difference : HUGE_VAL;
  }
  int exponent;
  frexp(largest, &exponent);
  double unit = ldexp(1, exponent - (element == APUS_ELEMENT_F32 ? 24 : 53));
  check(worst <= MOST_UNITS * unit, "%s: %s differs by %g units (engine %s, level %s)", test->path, expected->name,
        worst / unit, engine ? engine : "default", level ? level : "default");
}

/* All rows into new memory, one for each output; the caller frees it. */
static int run_all(tensor_case *test, const apus_model *model, const char *engine, const char *level, void **results)
{
  for (size_t index = 0; index < test->output_count; index++)
    results[index] = allocate(test->row_count, test->outputs[index].row_bytes);
  apus_network *network = create(test, model, test->row_count, engine, level);
  int did = network && run(test, network, 0, test->row_count, results);
  apus_network_release(network);
  return did;
}

static void free_all(const tensor_case *test, void **results)
{
  for (size_t index = 0; index < test->output_count; index++)
    free(results[index]);
}

static void replay(tensor_case *test, const apus_model *model, const char *engine, const char *level)
{
  void *together[MOST_TENSORS], *alone[MOST_TENSORS];
  if (run_all(test, model, engine, level, together))
    for (size_t index = 0; index < test->output_count; index++)
      compare(test, &test->outputs[index], together[index], engine, level);

  for (size_t index = 0; index < test->output_count; index++)
    alone[index] = allocate(test->row_count, test->outputs[index].row_bytes);
  apus_network *network = create(test, model, 1, engine, level);
  for (size_t row = 0; network && row < test->row_count; row++)
    if (!run(test, network, row, 1, alone))
      break;
  for (size_t index = 0; network && index < test->output_count; index++)
    check(memcmp(together[index], alone[index], test->outputs[index].tensor.byte_length) == 0,
          "%s: rows alone have other bits of %s", test->path, test->outputs[index].name);
  apus_network_release(network);
  free_all(test, together);
  free_all(test, alone);
}

/* The network, saved and loaded, gives the same bits. */
static void compare_saved(tensor_case *test, const apus_model *model, const char *saved)
{
  apus_model *copy = NULL;
  apus_error error;
  apus_model_info facts, expected;
  facts.struct_size = expected.struct_size = sizeof facts;
  apus_status status = apus_model_save_file(model, saved, &error);
  if (status == APUS_OK)
    status = apus_model_load_file(saved, &copy, &error);
  if (!check(status == APUS_OK, "%s, saved: %s", test->path, status ? error.message : ""))
    return;
  check(apus_model_get_info(copy, &facts, NULL) == APUS_OK && apus_model_get_info(model, &expected, NULL) == APUS_OK &&
            facts.format == APUS_FORMAT_APUS && strcmp(facts.source_library, "onnx") == 0 &&
            facts.feature_count == expected.feature_count && facts.margin_count == expected.margin_count &&
            facts.input_count == expected.input_count && facts.output_count == expected.output_count &&
            facts.memory_bytes <= expected.memory_bytes,
        "%s, saved: other facts", test->path);
  void *own[MOST_TENSORS], *others[MOST_TENSORS];
  if (run_all(test, model, NULL, NULL, own) & run_all(test, copy, NULL, NULL, others))
    for (size_t index = 0; index < test->output_count; index++)
      check(memcmp(own[index], others[index], test->outputs[index].tensor.byte_length) == 0, "%s, saved: other bits of %s",
            test->path, test->outputs[index].name);
  free_all(test, own);
  free_all(test, others);
  size_t first_length, second_length;
  char *first = read_file(saved, &first_length);
  check(apus_model_save_file(copy, saved, NULL) == APUS_OK, "%s: cannot be saved again", test->path);
  char *second = read_file(saved, &second_length);
  check(first_length == second_length && memcmp(first, second, first_length) == 0, "%s, saved again: other bytes",
        test->path);
  free(first);
  free(second);
  apus_model_release(copy);
}

/* CRC-32 as zlib has it, which every language has. */
static uint32_t checksum(const void *data, size_t length)
{
  uint32_t sum = 0xffffffffu;
  for (size_t index = 0; index < length; index++) {
    sum ^= ((const unsigned char *)data)[index];
    for (int bit = 0; bit < 8; bit++)
      sum = (sum >> 1) ^ (sum & 1 ? 0xedb88320u : 0);
  }
  return ~sum;
}

/* `case output checksum` for all rows of each output, with the default engine. */
static void print_bits(tensor_case *test, const apus_model *model)
{
  void *results[MOST_TENSORS];
  char *name = strrchr(test->path, '/');
  *name = 0;
  if (run_all(test, model, NULL, NULL, results))
    for (size_t index = 0; index < test->output_count; index++)
      printf("%s %s %08x\n", strrchr(test->path, '/') + 1, test->outputs[index].name,
             (unsigned)checksum(results[index], test->outputs[index].tensor.byte_length));
  free_all(test, results);
}

int main(int count, char **arguments)
{
  static const char *const levels[] = {NULL, "v2", "v3", "v4"};
  int quick = count >= 3 && strcmp(arguments[1], "--quick") == 0;
  int prints = count == 3 && strcmp(arguments[1], "--bits") == 0;
  int saves = count == 3 + quick && !prints;
  if (count != 2 + quick + prints + saves) {
    fprintf(stderr, "usage: networks [--quick | --bits] FIXTURES [SAVED]\n");
    return 2;
  }
  size_t case_count;
  char **paths = file_list(arguments[1 + quick + prints], "/onnx/*/tensors.txt", &case_count);
  for (size_t index = 0; index < case_count; index++) {
    tensor_case test;
    tensor_case_read(paths[index], &test);
    apus_model *model = NULL;
    apus_error error;
    apus_status status = apus_model_load_file(test.model_path, &model, &error);
    if (check(status == APUS_OK, "%s: %s", test.model_path, status ? error.message : "")) {
      if (prints)
        print_bits(&test, model);
      for (size_t level = 0; level < (prints ? 0u : quick ? 1u : sizeof levels / sizeof levels[0]); level++) {
        if (levels[level] && strcmp(levels[level], apus_instruction_set_name()) > 0)
          continue;
        replay(&test, model, NULL, levels[level]);
      }
      if (!prints)
        replay(&test, model, "reference", NULL);
      if (saves)
        compare_saved(&test, model, arguments[count - 1]);
    }
    apus_model_release(model);
    tensor_case_free(&test);
  }
  file_list_free(paths);
  if (prints)
    return EXIT_SUCCESS;
  printf("networks: %zu cases\n", case_count);
  return checks_finish();
}
