/* heap.h - linked into a program, heap.c is its malloc, and that of every library in the process. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/* Calls of malloc, calloc, realloc, free and the aligned ones, from any library of this process. */
extern volatile size_t heap_calls;

#endif /* HEAP_H */
