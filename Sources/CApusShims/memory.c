#define _DEFAULT_SOURCE
#include "apus_memory.h"
#include "apus_ranked_blocks.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE ((size_t)4 << 20)

void *apus_shim_allocate(size_t size) {
  if (size > SIZE_MAX - 64) return NULL;
  /* Not posix_memalign, which never fails here: see reserve.c. */
  return aligned_alloc(64, (size / 64 + 1) * 64);
}

void apus_shim_free(void *memory) { free(memory); }

int32_t apus_shim_has_room(size_t size) {
  /* Volatile, or the compiler would take memory that nobody uses for granted. */
  void *volatile memory = malloc(size);
  int32_t has_room = memory != NULL;
  free(memory);
  return has_room;
}

void apus_shim_prefer_large_pages(const void *memory, size_t size) {
#if defined(MADV_HUGEPAGE)
  /* To the ends of the first and the last page: realloc can move a block as a whole only if all its pages are alike. */
  static const uintptr_t page = 4096;
  uintptr_t start = (uintptr_t)memory / page * page;
  uintptr_t end = ((uintptr_t)memory + size + page - 1) / page * page;
  int error = errno;
  if (size >= LARGE) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
  errno = error;
#else
  (void)memory;
  (void)size;
#endif
}

_Static_assert(APUS_BLOCK_SCRATCH <= APUS_STACK_SCRATCH, "the kernel for one row fits");

void apus_shim_with_stack_scratch(void *context, void (*body)(void *context, void *scratch)) {
  _Alignas(64) unsigned char scratch[APUS_STACK_SCRATCH];
  body(context, scratch);
}
