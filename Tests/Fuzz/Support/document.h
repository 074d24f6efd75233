/* document.h - a JSON or UBJSON document as a tree of values, which fuzzers change, translate and write.
 *
 * It has its own readers, written apart from the core's, so that the core is compared with something else.
 * They are strict: a document that either format could mean in two ways is not read, and so not translated. */
#ifndef FUZZ_DOCUMENT_H
#define FUZZ_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

typedef enum value_kind {
  VALUE_OBJECT,
  VALUE_ARRAY,
  VALUE_STRING,
  VALUE_INTEGER,
  VALUE_REAL,     /* a double                                      */
  VALUE_FLOAT,    /* a double that is a float                      */
  VALUE_SPELLING, /* a JSON number as it is spelled, in text       */
  VALUE_TRUE,
  VALUE_FALSE,
  VALUE_NULL
} value_kind;

typedef struct value {
  value_kind kind;
  size_t key_length;
  const char *key; /* of a member of an object */
  size_t length;
  const char *text; /* of a string or a spelling */
  int64_t integer;
  double real;
  size_t count; /* of members or elements */
  struct value *first;
  struct value *last;
  struct value *next;
} value;

/* Values and texts come from one block that is taken back as a whole. */
void documents_forget(void);

/* NULL if the block is used up. */
void *document_take(size_t size);
value *value_new(value_kind kind);

/* Append a member or an element; `key` is NULL in an array. Both live as long as the document. */
void value_append(value *container, const char *key, size_t key_length, value *child);

/* Builders for documents that are known to fit; the result is `child`. */
value *member(value *object, const char *key, value *child);
value *element(value *array, value *child);
value *text_value(const char *text);
value *integer_value(int64_t integer);
value *float_value(float number);

/* The member of that name, or NULL. */
value *value_member(const value *object, const char *key);

/* Deeper documents than the core reads are not read here. */
enum { DOCUMENT_DEPTH = 64 };

/* The document, or NULL if the bytes are none, or are one that this reader leaves alone. */
value *json_read(const uint8_t *bytes, size_t length);
value *ubjson_read(const uint8_t *bytes, size_t length);

/* A format, for code that serves both. `state` is a stream of random numbers for what the format leaves open. */
typedef value *document_reader(const uint8_t *bytes, size_t length);
typedef size_t document_writer(const value *root, uint64_t *state, uint8_t *bytes, size_t capacity);
document_writer write_json, write_ubjson;

/* How arrays are written to UBJSON. */
typedef enum ubjson_style {
  UBJSON_TYPED,   /* one type for all elements where they share it, as xgboost writes */
  UBJSON_COUNTED, /* a length, and a type for each element                            */
  UBJSON_OPEN     /* an end marker                                                    */
} ubjson_style;

/* Write the document. Returns its length, or 0 if it does not fit or cannot be said in the format. */
size_t json_write(const value *root, uint8_t *bytes, size_t capacity);
size_t ubjson_write(const value *root, ubjson_style style, uint8_t *bytes, size_t capacity);

#endif /* FUZZ_DOCUMENT_H */
