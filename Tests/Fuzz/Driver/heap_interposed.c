/* heap.h for programs without address checks: the process's malloc family, which is glibc's own, counted. Assembler
 * names, because the C names are already declared with attributes of their own. */
#include "heap.h"

#include <malloc.h>
#include <stdatomic.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
void *counted_malloc(size_t size) __asm__("malloc");
void *counted_calloc(size_t count, size_t size) __asm__("calloc");
void *counted_realloc(void *memory, size_t size) __asm__("realloc");
void *counted_memalign(size_t alignment, size_t size) __asm__("memalign");
void *counted_aligned_alloc(size_t alignment, size_t size) __asm__("aligned_alloc");
int counted_posix_memalign(void **memory, size_t alignment, size_t size) __asm__("posix_memalign");
void counted_free(void *memory) __asm__("free");

static atomic_size_t live;
static atomic_size_t peak;

static void *added(void *memory)
{
  if (!memory) return NULL;
  size_t now = atomic_fetch_add(&live, malloc_usable_size(memory)) + malloc_usable_size(memory);
  size_t highest = atomic_load(&peak);
  while (now > highest && !atomic_compare_exchange_weak(&peak, &highest, now)) continue;
  return memory;
}

static void removed(void *memory)
{
  if (memory) atomic_fetch_sub(&live, malloc_usable_size(memory));
}

void *counted_malloc(size_t size) { return added(__libc_malloc(size)); }
void *counted_calloc(size_t count, size_t size) { return added(__libc_calloc(count, size)); }
void *counted_memalign(size_t alignment, size_t size) { return added(__libc_memalign(alignment, size)); }
void *counted_aligned_alloc(size_t alignment, size_t size) { return added(__libc_memalign(alignment, size)); }

void *counted_realloc(void *memory, size_t size)
{
  size_t before = memory ? malloc_usable_size(memory) : 0;
  void *moved = __libc_realloc(memory, size);
  /* Where nothing was moved because there is no room, the old block lives on. */
  if (moved || size == 0) atomic_fetch_sub(&live, before);
  return added(moved);
}

int counted_posix_memalign(void **memory, size_t alignment, size_t size)
{
  *memory = added(__libc_memalign(alignment, size));
  return *memory ? 0 : 12; /* ENOMEM */
}

void counted_free(void *memory)
{
  removed(memory);
  __libc_free(memory);
}

size_t heap_live(void) { return atomic_load(&live); }
size_t heap_peak(void) { return atomic_load(&peak); }
void heap_mark(void) { atomic_store(&peak, atomic_load(&live)); }
