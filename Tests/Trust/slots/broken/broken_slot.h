/* broken_slot.h - slots that break one promise each, in the place of the library's, so that slots.c is seen to notice. */
#ifndef BROKEN_SLOT_H
#define BROKEN_SLOT_H

#include "apus.h"

/* -DFAULT= one of these. */
#define FAULT_STALE 1 /* now and then an acquire gives the scorer before the current one          */
#define FAULT_LATE 2  /* a publish returns before its scorer can be acquired                       */
#define FAULT_LEAK 3  /* a scorer that was replaced is kept for good                               */
#define FAULT_FREED 4 /* an acquire gives a scorer of which the caller has no reference of its own */

apus_status broken_slot_create(const apus_scorer *scorer, apus_slot **slot, apus_error *error);
apus_status broken_slot_publish(const apus_slot *slot, const apus_scorer *scorer, apus_error *error);
apus_status broken_slot_acquire(const apus_slot *slot, const apus_scorer **scorer, apus_error *error);
void broken_slot_release(apus_slot *slot);

#define apus_slot_create broken_slot_create
#define apus_slot_publish broken_slot_publish
#define apus_slot_acquire broken_slot_acquire
#define apus_slot_release broken_slot_release

#endif /* BROKEN_SLOT_H */
