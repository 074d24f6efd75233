/* require.h - what must hold, or the input is a finding. */
#ifndef FUZZ_REQUIRE_H
#define FUZZ_REQUIRE_H

/* Print the sentence and abort if `holds` is 0: the fuzzer then keeps the input. */
void require(int holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* FUZZ_REQUIRE_H */
