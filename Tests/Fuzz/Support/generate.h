/* generate.h - models that are valid by construction, as documents. */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "document.h"
#include "random.h"

typedef enum model_kind {
  MODEL_TREES,
  MODEL_DART,        /* trees with a weight each                                */
  MODEL_VECTORS,     /* some trees have a value for each output in their leaves */
  MODEL_LINEAR
} model_kind;

typedef struct model_shape {
  model_kind kind;
  const char *objective;
  int version; /* of the trainer, 10 * major + minor */
  size_t feature_count;
  size_t output_count;
  size_t tree_count;
  size_t largest_split_count; /* of a tree, at most LARGEST_SPLIT_COUNT */
} model_shape;

enum { LARGEST_SPLIT_COUNT = 400 };

/* What rows for the model are made of: values that lie on the edges of its decisions. */
typedef struct edge_list {
  float values[1024];
  size_t count;
} edge_list;

/* A shape of which everything was decided by the stream. */
model_shape take_shape(byte_stream *stream);

/* A model of that shape; the rest is decided by the stream. `edges` receives its thresholds and categories. */
value *make_model(const model_shape *shape, byte_stream *stream, edge_list *edges);

#endif /* FUZZ_GENERATE_H */
