/* fuzzer.h - libFuzzer's interface. */
#ifndef FUZZ_FUZZER_H
#define FUZZ_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/* What a fuzzer defines: it is called for each input and returns 0. A finding ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What a fuzzer may define. Both return the new length. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_length, const uint8_t *second,
                                 size_t second_length, uint8_t *out, size_t capacity, unsigned seed);

/* libFuzzer's own mutations. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t capacity);

#endif /* FUZZ_FUZZER_H */
