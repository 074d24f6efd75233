/* random_network.h - networks that are valid by construction, as ONNX files. */
#ifndef FUZZ_RANDOM_NETWORK_H
#define FUZZ_RANDOM_NETWORK_H

#include "random.h"

/* How near an output of kernels must be to that of plain steps. */
typedef struct closeness {
  double ulps;     /* units in the last place of the larger */
  double absolute; /* or this far apart                     */
} closeness;

enum { OUTPUT_LIMIT = 6 };

typedef struct random_network {
  const uint8_t *bytes;
  size_t length;
  size_t input_width; /* of a row; the batch is open */
  size_t output_count;
  closeness outputs[OUTPUT_LIMIT];
} random_network;

/* A network that the stream decides on. Its bytes live until the next.
 *
 * All numbers but those of the last functions are multiples of a power of two, and small enough that sums of them are
 * exact in float in any order: kernels and plain steps must agree on each bit. Then come functions that kernels compute
 * otherwise, whose bounds are stated where they are made. */
random_network make_network(byte_stream *stream);

#endif /* FUZZ_RANDOM_NETWORK_H */
