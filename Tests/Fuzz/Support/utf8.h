/* utf8.h - text that must be UTF-8. */
#ifndef FUZZ_UTF8_H
#define FUZZ_UTF8_H

#include <stddef.h>

/* Whether all bytes are well-formed UTF-8 (RFC 3629). */
int is_utf8(const char *text, size_t length);

#endif /* FUZZ_UTF8_H */
