/* peak.h - the most that one core of this machine can do. */
#ifndef PEAK_H
#define PEAK_H

/* Single-precision operations a nanosecond, a fused multiply-add being two, of a loop that does nothing else with the
 * widest vectors that the processor has. 0 where that is not known. Takes about `milliseconds`. */
double peak_operations(double milliseconds);

#endif /* PEAK_H */
