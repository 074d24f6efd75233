/* facts.h - everything that can be asked of a model. */
#ifndef FUZZ_FACTS_H
#define FUZZ_FACTS_H

#include "apus.h"

/* Read all facts, and require that they are consistent: texts are UTF-8 and end with a zero byte, what has a name
 * is found by it, indices behind the end are refused. */
void read_facts(const apus_model *model);

/* Require that two models say the same, their format aside. */
void compare_facts(const apus_model *first, const apus_model *second);

#endif /* FUZZ_FACTS_H */
