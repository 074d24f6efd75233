/* subjects.h - the models that calls are made to. */
#ifndef FUZZ_SUBJECTS_H
#define FUZZ_SUBJECTS_H

#include "apus.h"
#include "random.h"

typedef struct test_subject {
  apus_model *model;
  apus_model_info info;
} test_subject;

/* One of a few models, made at the first call and always the same: with trees and without, linear, of no features
 * and of thousands, of one output and of a thousand. */
const test_subject *take_subject(byte_stream *stream);

/* A set of statuses. A call may give those of its faults, and APUS_OK if there are none. */
typedef uint64_t statuses;

void allow(statuses *allowed, apus_status status);
void require_allowed(statuses allowed, apus_status status, const char *call, const apus_error *error);

#endif /* FUZZ_SUBJECTS_H */
