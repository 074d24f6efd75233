/* questions.h - calls that ask a model or a scorer for facts, with any index, name and struct_size. */
#ifndef FUZZ_QUESTIONS_H
#define FUZZ_QUESTIONS_H

#include "subjects.h"

void ask_questions(const test_subject *subject, const apus_scorer *scorer, byte_stream *stream);

#endif /* FUZZ_QUESTIONS_H */
