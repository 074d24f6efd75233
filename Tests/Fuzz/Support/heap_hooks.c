#include "heap.h"

#include <sanitizer/allocator_interface.h>
#include <stdatomic.h>

static atomic_size_t live;
static atomic_size_t peak;

static void on_malloc(const volatile void *memory, size_t size)
{
  (void)memory;
  size_t now = atomic_fetch_add(&live, size) + size;
  size_t highest = atomic_load(&peak);
  while (now > highest && !atomic_compare_exchange_weak(&peak, &highest, now)) continue;
}

static void on_free(const volatile void *memory)
{
  if (memory) atomic_fetch_sub(&live, __sanitizer_get_allocated_size((const void *)memory));
}

__attribute__((constructor)) static void install(void)
{
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

size_t heap_live(void) { return atomic_load(&live); }
size_t heap_peak(void) { return atomic_load(&peak); }
void heap_mark(void) { atomic_store(&peak, atomic_load(&live)); }
