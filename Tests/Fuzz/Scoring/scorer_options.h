/* scorer_options.h - options of a scorer as bytes say them, right and wrong. */
#ifndef FUZZ_SCORER_OPTIONS_H
#define FUZZ_SCORER_OPTIONS_H

#include "subjects.h"

typedef struct scorer_plan {
  const apus_scorer_options *options; /* what the call is given: NULL, or inside `memory` */
  apus_scorer_options meant;          /* what the library is to understand                */
  statuses allowed;
  _Alignas(16) unsigned char memory[4096];
} scorer_plan;

void take_scorer_plan(scorer_plan *plan, const test_subject *subject, byte_stream *stream);

/* The size of a struct: mostly right, else anything. */
uint32_t take_struct_size(byte_stream *stream, size_t right);

/* Whether the header accepts it: whole fields only, and not more than the page that `memory` is. */
int is_struct_size(uint32_t size);

/* Put a struct of that size, which may be shorter or longer than the library's, into `memory`: zeros behind a longer
 * one's fields, and behind a shorter one what else its caller may have there. */
void place_struct(unsigned char *memory, const void *fields, size_t fields_size, uint32_t struct_size);

#endif /* FUZZ_SCORER_OPTIONS_H */
