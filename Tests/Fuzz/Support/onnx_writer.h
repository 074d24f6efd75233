/* onnx_writer.h - parts of ONNX files. */
#ifndef FUZZ_ONNX_WRITER_H
#define FUZZ_ONNX_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "output.h"

void put_number(output *out, unsigned field, int64_t number);
void put_bytes(output *out, unsigned field, const void *bytes, size_t length);
void put_text(output *out, unsigned field, const char *text);

/* The operators of a node, between node_begin and node_end. Values are numbered; -1 is one that is left out. */
typedef struct node_writer {
  output out;
  uint8_t bytes[4096];
} node_writer;

void node_begin(node_writer *node, const char *operation);
void node_input(node_writer *node, int value);
void node_output(node_writer *node, int value);
void node_integer(node_writer *node, const char *name, int64_t number);
void node_integers(node_writer *node, const char *name, const int64_t *numbers, size_t count);
void node_real(node_writer *node, const char *name, float number);
void node_text(node_writer *node, const char *name, const char *text);
void node_end(node_writer *node, output *graph);

/* Initializers. */
void put_floats(output *graph, int value, const int64_t *dims, size_t rank, const float *numbers);
void put_integers(output *graph, int value, const int64_t *numbers, size_t count);

/* Ports of float. A length of -1 is open; an output has no shape (rank 0). */
void put_port(output *graph, unsigned field, int value, const int64_t *dims, size_t rank);

/* The file around the graph. */
void put_model(output *file, const output *graph);

#endif /* FUZZ_ONNX_WRITER_H */
