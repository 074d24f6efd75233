/* network_tensors.h - what goes into a run of a network, and what comes out. */
#ifndef FUZZ_NETWORK_TENSORS_H
#define FUZZ_NETWORK_TENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "apus.h"

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

/* Where tensors of the same types and shapes differ first; 0 if they do not: they have the same bits, but any NaN for a
 * NaN, and the same text wherever it lies. */
int find_difference(const tensors *expected, const tensors *actual, size_t *tensor, size_t *element);

/* Require the same types, shapes and elements. */
void require_same_tensors(const tensors *expected, const tensors *actual, const char *what);

/* How far a float is from another, in units of the last place of the larger. */
double distance_in_ulps(float first, float second);

#endif /* FUZZ_NETWORK_TENSORS_H */
