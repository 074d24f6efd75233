/* Changes to Protocol Buffers, which no length around them survives when bytes are changed blindly: one field of one
 * message, at any depth, is changed, taken out, doubled, moved or put in another's place; lengths are made right. */
#include <string.h>

#include "fuzzer.h"
#include "random.h"

enum { FIELDS = 1024, DEPTH = 12, SCRATCH = 1 << 16 };

/* A field with its key; `value` and `value_length` are what a length stands before, or the number itself. */
typedef struct field {
  const uint8_t *start;
  size_t length;
  uint32_t number;
  uint32_t wire;
  const uint8_t *value;
  size_t value_length;
} field;

static size_t read_varint(const uint8_t *bytes, size_t length, uint64_t *number)
{
  *number = 0;
  for (size_t at = 0; at < length && at < 10; at++) {
    *number |= (uint64_t)(bytes[at] & 0x7F) << (7 * at);
    if (bytes[at] < 0x80) return at + 1;
  }
  return 0;
}

static size_t write_varint(uint64_t number, uint8_t *bytes)
{
  size_t length = 0;
  for (; number >= 0x80; number >>= 7) bytes[length++] = (uint8_t)(number | 0x80);
  bytes[length++] = (uint8_t)number;
  return length;
}

static int read_field(const uint8_t *bytes, size_t length, field *read)
{
  uint64_t key, number = 0;
  size_t head = read_varint(bytes, length, &key), size;
  if (!head || key >> 3 == 0 || key >> 3 > 1 << 20) return 0;
  read->start = bytes;
  read->number = (uint32_t)(key >> 3);
  read->wire = key & 7;
  switch (read->wire) {
  case 0: size = read_varint(bytes + head, length - head, &number); break;
  case 1: size = 8; break;
  case 5: size = 4; break;
  case 2:
    size = read_varint(bytes + head, length - head, &number);
    if (!size || number > length - head - size) return 0;
    head += size;
    size = (size_t)number;
    break;
  default: return 0;
  }
  if (size > length - head || (size == 0 && read->wire != 2)) return 0;
  read->value = bytes + head;
  read->value_length = size;
  read->length = head + size;
  return 1;
}

/* The fields of a message, or 0 if the bytes are none, or are too many. */
static size_t read_fields(const uint8_t *bytes, size_t length, field *fields)
{
  size_t count = 0;
  for (size_t at = 0; at < length; at += fields[count++].length)
    if (count == FIELDS || !read_field(bytes + at, length - at, &fields[count])) return 0;
  return count;
}

typedef struct writer {
  uint8_t *bytes;
  size_t capacity;
  size_t length;
  int failed;
} writer;

static void put(writer *out, const uint8_t *bytes, size_t length)
{
  if (out->failed || length > out->capacity - out->length) {
    out->failed = 1;
    return;
  }
  if (length) memmove(out->bytes + out->length, bytes, length);
  out->length += length;
}

/* A field of the same number with another value. */
static void put_field(writer *out, const field *like, const uint8_t *value, size_t length)
{
  uint8_t head[20];
  size_t size = write_varint((uint64_t)like->number << 3 | like->wire, head);
  if (like->wire == 2) size += write_varint(length, head + size);
  put(out, head, size);
  put(out, value, length);
}

static uint64_t interesting(uint64_t *state, uint64_t now)
{
  static const int64_t numbers[] = {0, 1, -1, 2, 3, 7, 8, 9, 16, 127, 128, 255, 1 << 16, 1 << 24, INT32_MAX, INT32_MIN,
                                    (int64_t)1 << 30, (int64_t)1 << 32, (int64_t)1 << 40, (int64_t)1 << 62, INT64_MAX,
                                    INT64_MIN};
  switch (random_below(state, 4)) {
  case 0: return now + 1;
  case 1: return now - 1;
  case 2: return random_below(state, 28);
  default: return (uint64_t)numbers[random_below(state, sizeof numbers / sizeof *numbers)];
  }
}

static uint8_t scratch[SCRATCH];

static void put_changed(writer *out, const field *old, uint64_t *state)
{
  uint64_t number = 0;
  if (old->wire == 0) {
    read_varint(old->value, old->value_length, &number);
    put_field(out, old, scratch, write_varint(interesting(state, number), scratch));
    return;
  }
  size_t length = old->value_length < SCRATCH / 2 ? old->value_length : SCRATCH / 2;
  memcpy(scratch, old->value, length);
  if (old->wire != 2) {
    static const float floats[] = {0, -0.0f, 1, -1, 0.5f, 1e30f, 1e-40f, 3e38f, -1e9f, 2};
    memcpy(scratch, &floats[random_below(state, sizeof floats / sizeof *floats)], sizeof(float));
    put_field(out, old, scratch, length);
    return;
  }
  /* Sometimes a new text: libFuzzer likes to put a word of its dictionary into an empty one. */
  if (random_below(state, 4) == 0) length = 0;
  length = LLVMFuzzerMutate(scratch, length, length < 64 ? 64 : SCRATCH);
  put_field(out, old, scratch, length);
}

/* A field of the same number anywhere in `other`, or NULL. */
static const field *find_field(const uint8_t *bytes, size_t length, uint32_t number, uint64_t *state, int depth,
                               field *found)
{
  field fields[64];
  size_t count = 0, start = length ? random_below(state, 2) : 0;
  for (size_t at = 0; at < length && count < 64; at += fields[count++].length)
    if (!read_field(bytes + at, length - at, &fields[count])) return NULL;
  for (size_t turn = 0; turn < count; turn++) {
    const field *next = &fields[(turn * 7 + start + random_below(state, count)) % count];
    if (next->number == number && next->wire == 2 && random_below(state, 3)) {
      *found = *next;
      return found;
    }
    if (next->wire == 2 && depth < 6 && next->value_length > 2 &&
        find_field(next->value, next->value_length, number, state, depth + 1, found))
      return found;
  }
  return NULL;
}

/* Writes the message with one change. `other` is where new fields may come from. */
static void put_message(writer *out, const uint8_t *bytes, size_t length, const uint8_t *other, size_t other_length,
                        uint64_t *state, int depth)
{
  static field all[DEPTH + 1][FIELDS];
  field *fields = all[depth];
  size_t count = read_fields(bytes, length, fields);
  if (count == 0) {
    out->failed = 1;
    return;
  }
  size_t chosen = random_below(state, count), second = random_below(state, count);
  const field *old = &fields[chosen];
  int is_message = old->wire == 2 && depth < DEPTH && read_fields(old->value, old->value_length, all[depth + 1]) > 0;
  if (is_message && random_below(state, 6) != 0) {
    for (size_t index = 0; index < chosen; index++) put(out, fields[index].start, fields[index].length);
    /* Into the rest of the room; then behind the head, whose length is known then. */
    uint8_t *room = out->bytes + out->length + 20;
    size_t used = out->length + 20;
    if (out->failed || used >= out->capacity) {
      out->failed = 1;
      return;
    }
    writer inner = {room, out->capacity - used, 0, 0};
    put_message(&inner, old->value, old->value_length, other, other_length, state, depth + 1);
    if (inner.failed) {
      out->failed = 1;
      return;
    }
    put_field(out, &fields[chosen], room, inner.length);
    /* `fields` is as it was: deeper messages have lists of their own. */
    for (size_t index = chosen + 1; index < count; index++) put(out, fields[index].start, fields[index].length);
    return;
  }
  field found;
  size_t action = random_below(state, 8);
  for (size_t index = 0; index < count; index++) {
    const field *next = &fields[index];
    if (index != chosen && !(action == 3 && index == second)) {
      put(out, next->start, next->length);
      continue;
    }
    switch (action) {
    case 0: break; /* taken out */
    case 1:
      put(out, next->start, next->length);
      put(out, next->start, next->length);
      break;
    case 2:
      if (find_field(other, other_length, next->number, state, 0, &found)) put_field(out, next, found.value, found.value_length);
      else put_changed(out, next, state);
      break;
    case 3: {
      const field *swapped = index == chosen ? &fields[second] : old;
      put(out, swapped->start, swapped->length);
      break;
    }
    case 4:
      /* One more beside it. */
      put(out, next->start, next->length);
      if (find_field(other, other_length, next->number, state, 0, &found)) put_field(out, next, found.value, found.value_length);
      break;
    default: put_changed(out, next, state);
    }
  }
}

static uint8_t changed[1 << 20];

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned seed)
{
  uint64_t state = seed;
  if (random_below(&state, 8) == 0) return LLVMFuzzerMutate(bytes, length, capacity);
  writer out = {changed, capacity < sizeof changed ? capacity : sizeof changed, 0, 0};
  put_message(&out, bytes, length, bytes, length, &state, 0);
  if (out.failed || out.length == 0) return LLVMFuzzerMutate(bytes, length, capacity);
  memcpy(bytes, changed, out.length);
  return out.length;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_length, const uint8_t *second,
                                 size_t second_length, uint8_t *out, size_t capacity, unsigned seed)
{
  uint64_t state = seed;
  writer written = {out, capacity, 0, 0};
  put_message(&written, first, first_length, second, second_length, &state, 0);
  return written.failed ? 0 : written.length;
}
