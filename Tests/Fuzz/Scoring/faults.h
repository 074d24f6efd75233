/* faults.h - one mistake in a call, and the status that the header promises for it. */
#ifndef FUZZ_FAULTS_H
#define FUZZ_FAULTS_H

#include "call.h"

/* Puts a fault that the stream chooses into the call, if the call has room for it. */
void take_fault(scoring_call *call, byte_stream *stream);

#endif /* FUZZ_FAULTS_H */
