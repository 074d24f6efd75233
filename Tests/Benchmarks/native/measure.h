/* measure.h - what the driver measures. Python calls these functions. */
#ifndef MEASURE_H
#define MEASURE_H

#include "contender.h"

/* Nanoseconds of each of `call_count` calls for one row, less the cost of reading the clock. Call c scores row
 * order[c]; it is copied first, unmeasured, to one place, as a service puts a payment's features together just
 * before it asks. With sweep_bytes > 0 the caches are swept before every call. */
void measure_rows(contender *subject, const unsigned char *rows, const int32_t *order, size_t call_count,
                  size_t sweep_bytes, double *nanoseconds);

/* The margins of the rows, by one call. */
void score_at_once(contender *subject, const void *rows, size_t row_count, double *margins);

/* The same by calls for one row. */
void score_one_by_one(contender *subject, const unsigned char *rows, size_t row_count, double *margins);

/* Nanoseconds of each of `call_count` calls for `row_count` rows. There are `block_count` blocks of so many rows, one
 * behind the other; each call scores another one. The time is the process's on any processor, or what passed if
 * `by_the_wall`. */
void measure_blocks(contender *subject, const unsigned char *blocks, size_t row_count, size_t block_count,
                    size_t call_count, int by_the_wall, double *margins, double *nanoseconds);

void contender_close(contender *subject);

#endif /* MEASURE_H */
