/* check.h - counting for the C test programs: a check prints only when it fails. */
#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>

/* Count one check; print the sentence if it does not hold. Returns `holds`. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int check(int holds, const char *format, ...);

/* The last line of every test program; its result is the exit code. A program that checked nothing fails. */
int checks_finish(void);

/* Zeroed memory, or the end of the test program. */
void *allocate(size_t count, size_t size);

/* The whole file, with a zero byte behind it, or the end of the test program. `length` may be NULL. */
char *read_file(const char *path, size_t *length);

#endif /* CHECK_H */
