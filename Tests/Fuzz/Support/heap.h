/* heap.h - how much memory the process holds, and the most that it held.
 *
 * Two implementations: heap_hooks.c for programs with address checks, and Driver/heap_interposed.c, which is the
 * malloc of the replay program. */
#ifndef FUZZ_HEAP_H
#define FUZZ_HEAP_H

#include <stddef.h>

/* Bytes that are allocated now. */
size_t heap_live(void);

/* The most bytes that were allocated at one time since `heap_mark`. */
size_t heap_peak(void);
void heap_mark(void);

#endif /* FUZZ_HEAP_H */
