#include "failing_heap.h"

#include <errno.h>
#include <stdatomic.h>

/* glibc's own allocator under its other names. Assembler names for ours, because the C names are declared already. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
void *failing_malloc(size_t size) __asm__("malloc");
void *failing_calloc(size_t count, size_t size) __asm__("calloc");
void *failing_realloc(void *memory, size_t size) __asm__("realloc");
void *failing_aligned_alloc(size_t alignment, size_t size) __asm__("aligned_alloc");
int failing_posix_memalign(void **memory, size_t alignment, size_t size) __asm__("posix_memalign");
void failing_free(void *memory) __asm__("free");

static atomic_long failing = NEVER;
static atomic_int later_fail_too;
static atomic_long calls;
static atomic_long failures;
static atomic_long blocks;

void heap_fail_at(long number, int all_later)
{
  failing = number;
  later_fail_too = all_later;
  calls = 0;
  failures = 0;
}

long heap_calls(void) { return calls; }
long heap_failures(void) { return failures; }
long heap_blocks(void) { return blocks; }

static int fails(void)
{
  long number = atomic_fetch_add(&calls, 1);
  if (failing == NEVER || number < failing || (number > failing && !later_fail_too))
    return 0;
  failures++;
  errno = ENOMEM;
  return 1;
}

static void *counted(void *memory)
{
  if (memory)
    blocks++;
  return memory;
}

void *failing_malloc(size_t size) { return fails() ? NULL : counted(__libc_malloc(size)); }
void *failing_calloc(size_t count, size_t size) { return fails() ? NULL : counted(__libc_calloc(count, size)); }
void *failing_aligned_alloc(size_t alignment, size_t size)
{
  return fails() ? NULL : counted(__libc_memalign(alignment, size));
}

void *failing_realloc(void *memory, size_t size)
{
  if (fails())
    return NULL;
  return memory ? __libc_realloc(memory, size) : counted(__libc_realloc(memory, size));
}

int failing_posix_memalign(void **memory, size_t alignment, size_t size)
{
  void *found = fails() ? NULL : counted(__libc_memalign(alignment, size));
  if (!found)
    return ENOMEM;
  *memory = found;
  return 0;
}

void failing_free(void *memory)
{
  if (memory)
    blocks--;
  __libc_free(memory);
}
