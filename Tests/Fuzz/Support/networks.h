/* networks.h - what must hold of a network from any file, and runs of it. */
#ifndef FUZZ_NETWORKS_H
#define FUZZ_NETWORKS_H

#include <stddef.h>
#include <stdint.h>

#include "apus.h"

int is_network(const apus_model *model);

/* Ask for all inputs and outputs; compile the network for several shapes, with plain steps and with kernels; run it
 * where that is quick. Runs of the same numbers must give the same bits, and kernels those of the plain steps unless
 * the file names an operator whose kernel rounds otherwise. `bytes` are the file. */
void check_network(const apus_model *model, const uint8_t *bytes, size_t length);

/* The tensors of one run, in one block. */
typedef struct tensors {
  apus_tensor *items;
  size_t count;
  uint8_t *block;
} tensors;

/* Room for the inputs (`outputs` is 0) or outputs of a network. */
tensors tensors_of(const apus_network *network, int outputs);
void tensors_free(tensors *list);

/* Numbers of all kinds, the same for the same state. */
void tensors_fill(tensors *list, uint64_t state);

void run_network(const apus_network *network, const tensors *inputs, const tensors *outputs);

/* Require the same bits, but any NaN for a NaN. */
void require_same_tensors(const tensors *expected, const tensors *actual, const char *what);

/* How far a float is from another, in units of the last place of the larger. */
double distance_in_ulps(float first, float second);

#endif /* FUZZ_NETWORKS_H */
