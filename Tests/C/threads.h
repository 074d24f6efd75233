/* threads.h - linked into a program, threads.c stands before pthread_create, for every library in the process. */
#ifndef THREADS_H
#define THREADS_H

#include <stddef.h>

/* Threads that were started since the process began, by anybody. */
extern volatile size_t threads_started;

/* Of those, how many began with any signal unblocked that a handler could run for. */
extern volatile size_t threads_open_to_signals;

/* From now on the operating system refuses threads after this many more. */
extern volatile size_t threads_allowed;

#endif /* THREADS_H */
