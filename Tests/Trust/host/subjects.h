/* subjects.h - what the programs of this folder score: every fixture, networks that take rows too, and what it gives in an ordinary process. */
#ifndef SUBJECTS_H
#define SUBJECTS_H

#include <stddef.h>

#include "apus.h"
#include "network_runs.h"

enum { BATCH_ROWS = 130 };

typedef struct subject {
  char *path; /* of the model */
  apus_scorer *scorer;
  size_t feature_count;
  size_t value_count;
  float *rows;      /* BATCH_ROWS of them            */
  double *expected; /* what they give, all together  */
  double *out;      /* room for what they give       */
} subject;

/* All fixtures, those of the networks that take rows behind the others, and their number. What is made here is kept to the end of the program. */
subject *subjects_load(const char *fixtures, const network_run *networks, size_t network_count, size_t *count);

/* Score all rows of a subject, as a batch and then the first ones singly. Returns 1 if both give `expected`. */
int subject_is_right(const subject *of);

/* How many of the subjects are right. */
size_t subjects_right(const subject *subjects, size_t count);

#endif /* SUBJECTS_H */
