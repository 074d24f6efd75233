/* failing_heap.h - linked into a program, failing_heap.c is its malloc, and that of every library in the process. */
#ifndef FAILING_HEAP_H
#define FAILING_HEAP_H

#include <stddef.h>

enum { NEVER = -1 };

/* From now on the call of the malloc family with this number fails, counted from 0, and with `all_later` each after it
 * too. NEVER: none does. */
void heap_fail_at(long number, int all_later);

/* Calls since heap_fail_at, how many of them failed, and blocks that are allocated now. */
long heap_calls(void);
long heap_failures(void);
long heap_blocks(void);

#endif /* FAILING_HEAP_H */
