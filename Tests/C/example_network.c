/* Run a network on one row: example_network MODEL NAME=VALUE,VALUE... with every input of floats or 64-bit integers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apus.h"

#define MOST 1000

/* Fill a tensor that has the element type and the lengths of `info`. */
static void describe(const apus_tensor_info *info, void *memory, apus_tensor *tensor)
{
  size_t count = 1;
  for (int32_t axis = 0; axis < info->rank; axis++)
    count *= (size_t)info->lengths[axis];
  tensor->element = info->element;
  tensor->data = memory;
  tensor->byte_length = count * (info->element == APUS_ELEMENT_I64 ? sizeof(int64_t) : sizeof(float));
  if (count > MOST || (info->element != APUS_ELEMENT_I64 && info->element != APUS_ELEMENT_F32)) {
    fprintf(stderr, "'%s' is of a type or length that this example does not have\n", info->name);
    exit(EXIT_FAILURE);
  }
}

/* The values behind `NAME=` of the argument of that name. */
static void read_values(char **arguments, const char *name, const apus_tensor *tensor)
{
  size_t length = strlen(name);
  for (char **argument = arguments; *argument; argument++) {
    if (strncmp(*argument, name, length) != 0 || (*argument)[length] != '=')
      continue;
    char *text = *argument + length + 1;
    for (size_t index = 0; *text && index < MOST; index++) {
      if (tensor->element == APUS_ELEMENT_I64)
        ((int64_t *)tensor->data)[index] = strtoll(text, &text, 10);
      else
        ((float *)tensor->data)[index] = strtof(text, &text);
      text += *text == ',';
    }
    return;
  }
  fprintf(stderr, "the input '%s' is missing\n", name);
  exit(EXIT_FAILURE);
}

int main(int count, char **arguments)
{
  static int64_t memory[16][MOST];
  static apus_tensor inputs[8], outputs[8];
  apus_model *model = NULL;
  apus_network *network = NULL;
  apus_error error;
  apus_network_info facts;
  apus_tensor_info info;
  facts.struct_size = sizeof facts;
  info.struct_size = sizeof info;

  if (count < 2) {
    fprintf(stderr, "usage: example_network MODEL NAME=VALUE,VALUE...\n");
    return EXIT_FAILURE;
  }
  /* Without options: the shapes of the file, where an open axis, that of rows, has the length 1. */
  apus_status status = apus_model_load_file(arguments[1], &model, &error);
  if (!status)
    status = apus_network_create(model, NULL, &network, &error);
  if (!status)
    status = apus_network_get_info(network, &facts, &error);
  if (!status && (facts.input_count > 8 || facts.output_count > 8)) {
    fprintf(stderr, "the network has more than 8 inputs or outputs\n");
    return EXIT_FAILURE;
  }
  for (int32_t index = 0; !status && index < facts.input_count; index++) {
    status = apus_network_get_input(network, index, &info, &error);
    if (!status) {
      describe(&info, memory[index], &inputs[index]);
      read_values(arguments + 2, info.name, &inputs[index]);
    }
  }
  for (int32_t index = 0; !status && index < facts.output_count; index++) {
    status = apus_network_get_output(network, index, &info, &error);
    if (!status)
      describe(&info, memory[8 + index], &outputs[index]);
  }
  if (!status)
    status = apus_network_run(network, inputs, (size_t)facts.input_count, outputs, (size_t)facts.output_count, &error);
  for (int32_t index = 0; !status && index < facts.output_count; index++) {
    status = apus_network_get_output(network, index, &info, &error);
    printf("%s", info.name);
    for (size_t value = 0; value < outputs[index].byte_length / sizeof(float); value++)
      printf(" %.9g", (double)((float *)outputs[index].data)[value]);
    printf("\n");
  }
  if (status)
    fprintf(stderr, "%s: %s\n", apus_status_name(status), error.message);
  apus_network_release(network);
  apus_model_release(model);
  return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
