/* network_runs.h - what the programs of this folder run by the names of tensors: every network of the fixtures, those of
 * trained models and of text too, and what it gives in an ordinary process. */
#ifndef NETWORK_RUNS_H
#define NETWORK_RUNS_H

#include <stddef.h>

#include "apus.h"
#include "network_tensors.h"

typedef struct network_run {
  char *path; /* of the model */
  int32_t thread_count;
  apus_model *model;
  apus_network *network;
  apus_model *first_model; /* kept, with what it gave, for text in `expected` lies in it */
  apus_network *first;
  tensors inputs;
  tensors expected;
  tensors out;
} network_run;

/* All networks that can be compiled for shapes of their file; with `thread_count` above 1 those whose inputs all have an
 * open first axis, for a batch that gives each thread work. */
network_run *network_runs_load(const char *fixtures, int32_t thread_count, size_t *count);
void network_runs_free(network_run *runs, size_t count);

/* Load and compile a run's network again; the new one takes the place of the old. Returns 0 if that fails. */
int network_run_load_again(network_run *of);

/* Run a network into `out`. Returns 1 if that gives `expected`. Not for several threads at the same time. */
int network_run_is_right(network_run *of);

/* How many of them are right. */
size_t network_runs_right(network_run *runs, size_t count);

#endif /* NETWORK_RUNS_H */
