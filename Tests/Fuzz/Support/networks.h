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

#endif /* FUZZ_NETWORKS_H */
