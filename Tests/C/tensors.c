#include "tensors.h"

#include "check.h"
#include "reader.h"

static char *copy_of(const char *text)
{
  char *result = (char *)allocate(strlen(text) + 1, 1);
  strcpy(result, text);
  return result;
}

static void read_type(reader *in, named_tensor *result)
{
  static const struct {
    const char *name;
    apus_element element;
    size_t size;
  } types[] = {{"f32", APUS_ELEMENT_F32, 4},
               {"f64", APUS_ELEMENT_F64, 8},
               {"i64", APUS_ELEMENT_I64, 8},
               {"bool", APUS_ELEMENT_BOOL, 1}};
  const char *name = word(in);
  for (size_t index = 0; index < sizeof types / sizeof types[0]; index++)
    if (strcmp(name, types[index].name) == 0) {
      result->tensor.element = types[index].element;
      result->element_size = types[index].size;
      return;
    }
  broken(in, "a type is f32, f64, i64 or bool");
}

/* The words after `input` or `output`, and the element lines below. */
static void read_tensor(reader *in, named_tensor *result)
{
  memset(result, 0, sizeof *result);
  result->name = copy_of(word(in));
  read_type(in, result);
  size_t row_length = 1;
  while (*in->next_word) {
    if (result->shape.rank == APUS_RANK_LIMIT)
      broken(in, "too many axes");
    size_t length = size(in);
    result->shape.lengths[result->shape.rank] = (int64_t)length;
    if (result->shape.rank++ > 0)
      row_length *= length;
  }
  if (result->shape.rank == 0)
    broken(in, "a tensor needs an axis of rows");
  size_t rows = (size_t)result->shape.lengths[0];
  result->row_bytes = row_length * result->element_size;
  result->tensor.byte_length = rows * result->row_bytes;
  char *place = (char *)allocate(rows, result->row_bytes);
  result->tensor.data = place;
  for (size_t row = 0; row < rows; row++) {
    line_of(in, "=");
    for (size_t index = 0; index < row_length; index++) {
      uint64_t pattern = bits(in, word(in), result->element_size * 2);
      memcpy(place, &pattern, result->element_size); /* the low bytes come first */
      place += result->element_size;
    }
    end_of_line(in);
  }
}

void tensor_case_read(const char *path, tensor_case *result)
{
  char *text = read_file(path, NULL);
  reader in = {path, text, NULL, 0};
  memset(result, 0, sizeof *result);
  result->path = copy_of(path);
  line_of(&in, "model");
  result->model_path = beside(path, word(&in));
  while (next_line(&in)) {
    const char *key = word(&in);
    int is_input = strcmp(key, "input") == 0;
    if (!is_input && strcmp(key, "output") != 0)
      broken(&in, "expected a line 'input' or 'output'");
    size_t *count = is_input ? &result->input_count : &result->output_count;
    if (*count == MOST_TENSORS)
      broken(&in, "too many tensors");
    named_tensor *tensor = &(is_input ? result->inputs : result->outputs)[(*count)++];
    read_tensor(&in, tensor);
    if (result->row_count == 0)
      result->row_count = (size_t)tensor->shape.lengths[0];
    if (result->row_count != (size_t)tensor->shape.lengths[0])
      broken(&in, "another number of rows");
  }
  if (result->row_count == 0 || result->input_count == 0 || result->output_count == 0)
    broken(&in, "a case needs inputs and outputs of some rows");
  free(text);
}

static void free_tensors(named_tensor *tensors, size_t count)
{
  for (size_t index = 0; index < count; index++) {
    free(tensors[index].name);
    free(tensors[index].tensor.data);
  }
}

void tensor_case_free(tensor_case *value)
{
  free_tensors(value->inputs, value->input_count);
  free_tensors(value->outputs, value->output_count);
  free(value->model_path);
  free(value->path);
}
