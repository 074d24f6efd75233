/* The process's malloc family: glibc's own, counted. Assembler names, because the C names are already declared
 * with attributes that differ between C and C++. */
#include "heap.h"

#ifdef __cplusplus
extern "C" {
#endif
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
#ifdef __cplusplus
}
#endif

volatile size_t heap_calls;

void *counted_malloc(size_t size)
{
  heap_calls++;
  return __libc_malloc(size);
}

void *counted_calloc(size_t count, size_t size)
{
  heap_calls++;
  return __libc_calloc(count, size);
}

void *counted_realloc(void *memory, size_t size)
{
  heap_calls++;
  return __libc_realloc(memory, size);
}

void *counted_memalign(size_t alignment, size_t size)
{
  heap_calls++;
  return __libc_memalign(alignment, size);
}

void *counted_aligned_alloc(size_t alignment, size_t size)
{
  heap_calls++;
  return __libc_memalign(alignment, size);
}

int counted_posix_memalign(void **memory, size_t alignment, size_t size)
{
  heap_calls++;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12; /* ENOMEM */
}

void counted_free(void *memory)
{
  heap_calls++;
  __libc_free(memory);
}
