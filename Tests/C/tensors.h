/* tensors.h - reader of a network's case: Tests/Fixtures/onnx/<case>/tensors.txt.
 *
 * A case is a network that a real framework exported, inputs, and the outputs that the framework gave. All numbers are
 * exact bits in hex:
 *
 *   model model.onnx            file beside tensors.txt
 *   input events f32 16 12 8    name, type (f32, f64, i64 or bool) and shape
 *   = 3f800000 7fc00000 ...     a line for each index of the first axis, in row-major order
 *   output score f32 16 1       likewise
 */
#ifndef TENSORS_H
#define TENSORS_H

#include "apus.h"

typedef struct named_tensor {
  char *name;
  apus_shape shape;
  apus_tensor tensor;
  size_t element_size;
  size_t row_bytes; /* of an index of the first axis */
} named_tensor;

#define MOST_TENSORS 8

typedef struct tensor_case {
  char *path;       /* of tensors.txt */
  char *model_path; /* of the model   */
  size_t row_count; /* length of every first axis */
  size_t input_count;
  size_t output_count;
  named_tensor inputs[MOST_TENSORS];
  named_tensor outputs[MOST_TENSORS];
} tensor_case;

/* Read a case. A file that breaks the format ends the program: the fixtures themselves are broken then. */
void tensor_case_read(const char *path, tensor_case *result);
void tensor_case_free(tensor_case *value);

#endif /* TENSORS_H */
