/* constant_model.h - a model whose every score is one whole number, so that a score tells which model gave it. */
#ifndef CONSTANT_MODEL_H
#define CONSTANT_MODEL_H

#include "apus.h"

/* A scorer of such a model of one feature; 0 <= score < 2^24. Ends the program where there is none. */
apus_scorer *constant_scorer(long score);

/* What it gives; ends the program where it gives nothing. */
long constant_score(const apus_scorer *scorer);

#endif /* CONSTANT_MODEL_H */
