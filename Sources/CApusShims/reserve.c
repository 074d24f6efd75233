/* The allocator of the Swift code, which must not fail: libc's, then a reserve. The linker sends the library's calls of
 * posix_memalign and free here (--wrap, in Package.swift). apus_shim_allocate, which may fail, takes aligned_alloc.
 *
 * Two kinds of reserve:
 * - the one that a thread has set aside for a call that allocates much. It only hands out the next bytes: all that it served
 *   dies with the call.
 * - a small one of pieces for all other calls and threads, which allocate the sentence of an error: enough for about a
 *   hundred of them that fail at the same moment.
 * Only where both are used up does the process end, as it would have without them. */
#define _GNU_SOURCE
#include "apus_reserve.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#define ALIGNMENT ((size_t)16)
#define RESERVE_COUNT 256

typedef struct {
  /* The thread that has the reserve, or 0. */
  atomic_uintptr_t owner;
  /* The rest belongs to the owner. */
  char *start;
  size_t size;
  size_t used;
  bool is_used;
} reserve;

/* A call that finds none free does without: 257 loads at the same time. */
static reserve reserves[RESERVE_COUNT];
/* Reserves that have served something: while it is 0, nothing that is freed can be from one. */
static atomic_int reserves_used;

#define PIECE ((size_t)1024)
#define WORD_COUNT 4
static _Alignas(64) char shared[WORD_COUNT * 64 * PIECE];
/* A bit for each piece of `shared` that is in use, and in the place of a block's first piece how many it has. */
static _Atomic uint64_t shared_used[WORD_COUNT];
static uint8_t shared_lengths[WORD_COUNT * 64];

/* Weak, because builds for tests are linked without --wrap and never come here. */
int __real_posix_memalign(void **memory, size_t alignment, size_t size) __attribute__((weak));
void __real_free(void *memory) __attribute__((weak));
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);
void __wrap_free(void *memory);

/* Tells threads that run at the same time apart. */
static uintptr_t this_thread(void) { return (uintptr_t)__builtin_thread_pointer(); }

int32_t apus_shim_reserve_begin(size_t size)
{
  int error = errno;
  void *start = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  errno = error;
  if (start == MAP_FAILED) return -1;
  for (int32_t index = 0; index < RESERVE_COUNT; index++) {
    uintptr_t nobody = 0;
    reserve *mine = &reserves[index];
    if (!atomic_compare_exchange_strong_explicit(&mine->owner, &nobody, this_thread(), memory_order_acquire,
                                                 memory_order_relaxed))
      continue;
    mine->start = start;
    mine->size = size;
    mine->used = 0;
    mine->is_used = false;
    return index;
  }
  munmap(start, size);
  return RESERVE_COUNT;
}

int32_t apus_shim_reserve_is_used(int32_t ticket) { return ticket < RESERVE_COUNT && reserves[ticket].is_used; }

void apus_shim_reserve_end(int32_t ticket)
{
  if (ticket >= RESERVE_COUNT) return;
  reserve *mine = &reserves[ticket];
  if (mine->is_used) atomic_fetch_sub_explicit(&reserves_used, 1, memory_order_relaxed);
  int error = errno;
  munmap(mine->start, mine->size);
  errno = error;
  atomic_store_explicit(&mine->owner, 0, memory_order_release);
}

static reserve *reserve_of_this_thread(void)
{
  uintptr_t self = this_thread();
  for (int32_t index = 0; index < RESERVE_COUNT; index++)
    if (atomic_load_explicit(&reserves[index].owner, memory_order_relaxed) == self) return &reserves[index];
  return 0;
}

int32_t apus_shim_memory_is_short(void)
{
  if (atomic_load_explicit(&reserves_used, memory_order_relaxed) == 0) return 0;
  const reserve *mine = reserve_of_this_thread();
  return mine && mine->is_used;
}

static void *from_reserve(reserve *mine, size_t size)
{
  if (!mine || size > mine->size - mine->used) return 0;
  char *memory = mine->start + mine->used;
  mine->used += size;
  if (!mine->is_used) atomic_fetch_add_explicit(&reserves_used, 1, memory_order_relaxed);
  mine->is_used = true;
  return memory;
}

/* `count` pieces, from `first` on, of one word. */
static uint64_t pieces(size_t first, size_t count) { return (UINT64_MAX >> (64 - count)) << first; }

static void *from_shared(size_t size)
{
  size_t count = (size + PIECE - 1) / PIECE;
  if (count == 0) count = 1;
  for (size_t word = 0; word < WORD_COUNT && count <= 64; word++)
    for (size_t first = 0; first + count <= 64; first++) {
      uint64_t wanted = pieces(first, count), used = atomic_load_explicit(&shared_used[word], memory_order_relaxed);
      while ((used & wanted) == 0)
        if (atomic_compare_exchange_weak_explicit(&shared_used[word], &used, used | wanted, memory_order_acquire,
                                                  memory_order_relaxed)) {
          shared_lengths[word * 64 + first] = (uint8_t)count;
          return shared + (word * 64 + first) * PIECE;
        }
    }
  return 0;
}

static void free_shared(size_t place)
{
  size_t piece = place / PIECE;
  uint64_t own = pieces(piece % 64, shared_lengths[piece]);
  atomic_fetch_and_explicit(&shared_used[piece / 64], ~own, memory_order_release);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
  int error = __real_posix_memalign(memory, alignment, size);
  if (error == 0 || alignment > ALIGNMENT || size > SIZE_MAX - ALIGNMENT) return error;
  size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  void *found = from_reserve(reserve_of_this_thread(), rounded);
  if (!found) found = from_shared(rounded);
  if (!found) return error;
  *memory = found;
  return 0;
}

void __wrap_free(void *memory)
{
  uintptr_t place = (uintptr_t)memory;
  if (place - (uintptr_t)shared < sizeof shared) {
    free_shared(place - (uintptr_t)shared);
    return;
  }
  if (atomic_load_explicit(&reserves_used, memory_order_relaxed) != 0) {
    const reserve *mine = reserve_of_this_thread();
    if (mine && place - (uintptr_t)mine->start < mine->size) return;
  }
  __real_free(memory);
}
