#include "onnx_writer.h"

#include <stdio.h>

#include "require.h"

static void put_varint(output *out, uint64_t number)
{
  for (; number >= 0x80; number >>= 7) put_byte(out, (uint8_t)(number | 0x80));
  put_byte(out, (uint8_t)number);
}

void put_number(output *out, unsigned field, int64_t number)
{
  put_varint(out, field << 3);
  put_varint(out, (uint64_t)number);
}

void put_bytes(output *out, unsigned field, const void *bytes, size_t length)
{
  put_varint(out, field << 3 | 2);
  put_varint(out, length);
  put(out, bytes, length);
}

void put_text(output *out, unsigned field, const char *text) { put_bytes(out, field, text, strlen(text)); }

static void put_name(output *out, unsigned field, int value)
{
  char name[16] = "";
  if (value >= 0) snprintf(name, sizeof name, "v%d", value);
  put_text(out, field, name);
}

/* ---- Nodes ---- */

void node_begin(node_writer *node, const char *operation)
{
  node->out = (output){node->bytes, sizeof node->bytes, 0, 0};
  put_text(&node->out, 4, operation);
}

void node_input(node_writer *node, int value) { put_name(&node->out, 1, value); }
void node_output(node_writer *node, int value) { put_name(&node->out, 2, value); }

static void put_attribute(node_writer *node, const char *name, const output *value)
{
  uint8_t bytes[2048];
  output attribute = {bytes, sizeof bytes, 0, 0};
  put_text(&attribute, 1, name);
  put(&attribute, value->bytes, value->length);
  require(!attribute.failed && !value->failed, "an attribute does not fit its memory");
  put_bytes(&node->out, 5, bytes, attribute.length);
}

void node_integer(node_writer *node, const char *name, int64_t number)
{
  uint8_t bytes[16];
  output value = {bytes, sizeof bytes, 0, 0};
  put_number(&value, 3, number);
  put_attribute(node, name, &value);
}

void node_integers(node_writer *node, const char *name, const int64_t *numbers, size_t count)
{
  uint8_t bytes[1024];
  output value = {bytes, sizeof bytes, 0, 0};
  for (size_t index = 0; index < count; index++) put_number(&value, 8, numbers[index]);
  put_attribute(node, name, &value);
}

void node_real(node_writer *node, const char *name, float number)
{
  uint8_t bytes[8];
  output value = {bytes, sizeof bytes, 0, 0};
  put_varint(&value, 2 << 3 | 5);
  put(&value, &number, sizeof number);
  put_attribute(node, name, &value);
}

void node_text(node_writer *node, const char *name, const char *text)
{
  uint8_t bytes[64];
  output value = {bytes, sizeof bytes, 0, 0};
  put_text(&value, 4, text);
  put_attribute(node, name, &value);
}

void node_end(node_writer *node, output *graph)
{
  require(!node->out.failed, "a node does not fit its memory");
  put_bytes(graph, 1, node->bytes, node->out.length);
}

/* ---- Tensors and ports ---- */

static void put_tensor(output *graph, int value, int element, const int64_t *dims, size_t rank, const void *data,
                       size_t length)
{
  static uint8_t bytes[1 << 20];
  output tensor = {bytes, sizeof bytes, 0, 0};
  for (size_t axis = 0; axis < rank; axis++) put_number(&tensor, 1, dims[axis]);
  put_number(&tensor, 2, element);
  put_name(&tensor, 8, value);
  put_bytes(&tensor, 9, data, length);
  require(!tensor.failed, "a tensor does not fit its memory");
  put_bytes(graph, 5, bytes, tensor.length);
}

void put_floats(output *graph, int value, const int64_t *dims, size_t rank, const float *numbers)
{
  size_t count = 1;
  for (size_t axis = 0; axis < rank; axis++) count *= (size_t)dims[axis];
  put_tensor(graph, value, 1, dims, rank, numbers, count * sizeof *numbers);
}

void put_integers(output *graph, int value, const int64_t *numbers, size_t count)
{
  int64_t length = (int64_t)count;
  put_tensor(graph, value, 7, &length, 1, numbers, count * sizeof *numbers);
}

void put_port(output *graph, unsigned field, int value, const int64_t *dims, size_t rank)
{
  uint8_t shape_bytes[256], type_bytes[300], port_bytes[400];
  output shape = {shape_bytes, sizeof shape_bytes, 0, 0}, type = {type_bytes, sizeof type_bytes, 0, 0};
  output port = {port_bytes, sizeof port_bytes, 0, 0};
  for (size_t axis = 0; axis < rank; axis++) {
    uint8_t axis_bytes[16];
    output dimension = {axis_bytes, sizeof axis_bytes, 0, 0};
    if (dims[axis] < 0) put_text(&dimension, 2, "batch");
    else put_number(&dimension, 1, dims[axis]);
    put_bytes(&shape, 1, axis_bytes, dimension.length);
  }
  put_number(&type, 1, 1);
  if (rank) put_bytes(&type, 2, shape_bytes, shape.length);
  put_name(&port, 1, value);
  uint8_t value_bytes[320];
  output whole = {value_bytes, sizeof value_bytes, 0, 0};
  put_bytes(&whole, 1, type_bytes, type.length);
  put_bytes(&port, 2, value_bytes, whole.length);
  put_bytes(graph, field, port_bytes, port.length);
}

void put_model(output *file, const output *graph)
{
  uint8_t bytes[8];
  output operators = {bytes, sizeof bytes, 0, 0};
  put_number(&operators, 2, 23);
  put_number(file, 1, 10);
  put_text(file, 2, "fuzz");
  put_bytes(file, 7, graph->bytes, graph->length);
  put_bytes(file, 8, bytes, operators.length);
  require(!file->failed && !graph->failed, "a network does not fit its memory");
}
