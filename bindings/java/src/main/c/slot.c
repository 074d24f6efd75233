/* Slots: create, publish, acquire, release. Scoring through one is in score.inc and rows.c. */
#include "glue.h"

NATIVE(jlong, slotCreate)(JNIEnv *env, jclass class, jlong scorer) {
  (void)class;
  apus_slot *slot = NULL;
  apus_error error;
  if (core.slot_create(scorer_of(scorer), &slot, &error) != APUS_OK) throw_error(env, &error);
  return address_of(slot);
}

NATIVE(void, slotPublish)(JNIEnv *env, jclass class, jlong slot, jlong scorer) {
  (void)class;
  apus_error error;
  if (core.slot_publish(slot_of(slot), scorer_of(scorer), &error) != APUS_OK) throw_error(env, &error);
}

NATIVE(jlong, slotAcquire)(JNIEnv *env, jclass class, jlong slot) {
  (void)class;
  const apus_scorer *scorer = NULL;
  apus_error error;
  if (core.slot_acquire(slot_of(slot), &scorer, &error) != APUS_OK) throw_error(env, &error);
  return address_of(scorer);
}

NATIVE(void, slotRelease)(JNIEnv *env, jclass class, jlong slot) {
  (void)env;
  (void)class;
  core.slot_release(slot_of(slot));
}
