/* sweep.h - what a service does between two payments, as far as the caches can tell: other work. */
#ifndef SWEEP_H
#define SWEEP_H

#include <stddef.h>

/* Walk `bytes` bytes of `buffer` and a stretch of code, so that neither the model's data nor the code that reads
 * it is in a cache smaller than that. */
void sweep(unsigned char *buffer, size_t bytes);

#endif /* SWEEP_H */
