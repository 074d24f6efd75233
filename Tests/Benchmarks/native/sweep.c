#include "sweep.h"

#define LINE_BYTES 64

/* Larger than any first-level instruction cache, which data does not displace. */
static void __attribute__((noinline)) sweep_code(void)
{
  __asm__ volatile(".rept 131072\n\tnop\n\t.endr");
}

void sweep(unsigned char *buffer, size_t bytes)
{
  for (size_t at = 0; at < bytes; at += LINE_BYTES)
    buffer[at]++;
  sweep_code();
}
