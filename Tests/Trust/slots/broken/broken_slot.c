#include "broken_slot.h"

#undef apus_slot_create
#undef apus_slot_publish
#undef apus_slot_acquire
#undef apus_slot_release

#include <stdatomic.h>
#include <stdlib.h>

/* Two of the library's own. */
typedef struct broken {
  apus_slot *current;
  apus_slot *other; /* holds the scorer before the current one, or the one that is published next */
} broken;

static broken *pair(const apus_slot *slot) { return (broken *)(uintptr_t)slot; }
static void drop(const apus_scorer *scorer) { apus_scorer_release((apus_scorer *)(uintptr_t)scorer); }

apus_status broken_slot_create(const apus_scorer *scorer, apus_slot **slot, apus_error *error)
{
  apus_slot *current = NULL;
  apus_status status = apus_slot_create(scorer, slot ? &current : NULL, error);
  if (!slot)
    return status;
  *slot = NULL;
  if (status != APUS_OK)
    return status;
  broken *made = malloc(sizeof *made);
  made->current = current;
  apus_slot_create(scorer, &made->other, NULL);
  *slot = (apus_slot *)made;
  return APUS_OK;
}

apus_status broken_slot_publish(const apus_slot *slot, const apus_scorer *scorer, apus_error *error)
{
  if (!slot || !scorer)
    return apus_slot_publish(slot ? pair(slot)->current : NULL, scorer, error);
  const apus_scorer *replaced = NULL;
  if (FAULT == FAULT_LATE) {
    apus_slot_acquire(pair(slot)->other, &replaced, NULL);
    apus_slot_publish(pair(slot)->other, scorer, NULL);
    apus_status status = apus_slot_publish(pair(slot)->current, replaced, error);
    drop(replaced);
    return status;
  }
  apus_slot_acquire(pair(slot)->current, &replaced, NULL);
  apus_slot_publish(pair(slot)->other, replaced, NULL);
  if (FAULT != FAULT_LEAK)
    drop(replaced);
  return apus_slot_publish(pair(slot)->current, scorer, error);
}

apus_status broken_slot_acquire(const apus_slot *slot, const apus_scorer **scorer, apus_error *error)
{
  static atomic_uint turn;
  if (!slot || !scorer)
    return apus_slot_acquire(slot ? pair(slot)->current : NULL, scorer, error);
  if (FAULT == FAULT_STALE && turn++ % 1024 == 1023)
    return apus_slot_acquire(pair(slot)->other, scorer, error);
  apus_status status = apus_slot_acquire(pair(slot)->current, scorer, error);
  if (FAULT == FAULT_FREED)
    drop(*scorer);
  return status;
}

void broken_slot_release(apus_slot *slot)
{
  if (!slot)
    return;
  apus_slot_release(pair(slot)->current);
  apus_slot_release(pair(slot)->other);
  free(slot);
}
