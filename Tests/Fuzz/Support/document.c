#include "document.h"

#include <string.h>

#include "random.h"
#include "require.h"

static _Alignas(16) char block[(size_t)48 << 20];
static size_t used;

void documents_forget(void) { used = 0; }

void *document_take(size_t size)
{
  size = (size + 15) & ~(size_t)15;
  if (size > sizeof block - used) return NULL;
  void *memory = block + used;
  used += size;
  return memory;
}

value *value_new(value_kind kind)
{
  value *result = document_take(sizeof *result);
  if (result) *result = (value){.kind = kind};
  return result;
}

void value_append(value *container, const char *key, size_t key_length, value *child)
{
  child->key = key;
  child->key_length = key_length;
  child->next = NULL;
  if (container->last) container->last->next = child;
  else container->first = child;
  container->last = child;
  container->count++;
}

static value *made(value *child)
{
  require(child != NULL, "the fuzzer's own document does not fit its memory");
  return child;
}

value *member(value *object, const char *key, value *child)
{
  value_append(object, key, strlen(key), made(child));
  return child;
}

value *element(value *array, value *child)
{
  value_append(array, NULL, 0, made(child));
  return child;
}

value *text_value(const char *text)
{
  value *result = made(value_new(VALUE_STRING));
  result->text = text;
  result->length = strlen(text);
  return result;
}

value *integer_value(int64_t integer)
{
  value *result = made(value_new(VALUE_INTEGER));
  result->integer = integer;
  return result;
}

value *float_value(float number)
{
  value *result = made(value_new(VALUE_FLOAT));
  result->real = (double)number;
  return result;
}

value *value_member(const value *object, const char *key)
{
  if (object->kind != VALUE_OBJECT) return NULL;
  size_t length = strlen(key);
  for (value *child = object->first; child; child = child->next)
    if (child->key_length == length && memcmp(child->key, key, length) == 0) return child;
  return NULL;
}

size_t write_json(const value *root, uint64_t *state, uint8_t *bytes, size_t capacity)
{
  (void)state;
  return json_write(root, bytes, capacity);
}

/* Mostly as xgboost writes it. */
size_t write_ubjson(const value *root, uint64_t *state, uint8_t *bytes, size_t capacity)
{
  size_t choice = random_below(state, 8);
  return ubjson_write(root, choice < 6 ? UBJSON_TYPED : choice == 6 ? UBJSON_COUNTED : UBJSON_OPEN, bytes, capacity);
}
