/* refusal.h - asserting that a wrong call is refused as the header says, and what it may not touch. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "apus.h"
#include "check.h"

/* Fixtures that have what the wrong calls need. A missing one ends the program. */
typedef struct subjects {
  apus_model *tree;               /* 2 to 2048 features, one margin, at least 3 iterations        */
  apus_model *linear;             /* without trees                                                */
  apus_model *vector;             /* several margins a row                                        */
  apus_model *named;              /* with feature names                                           */
  apus_model *noted;              /* with attributes                                              */
  apus_model *text;               /* with a category table of texts ...                           */
  int32_t text_feature;           /* ... for this feature                                         */
  apus_model *integer;            /* with a category table of integers ...                        */
  int32_t integer_feature;        /* ... for this feature                                         */
} subjects;

void subjects_find(const char *fixtures, subjects *found);
void subjects_release(subjects *found);

/* Rows of each batch call. */
#define ROW_COUNT 3u

/* A call of section 7 with everything right but what it is given here; `context` holds the rest. */
typedef apus_status (*batch_call)(const void *context, const apus_batch_options *options, double *out,
                                  size_t out_capacity, apus_error *error);

/* What every batch call refuses alike: wrong options, and an `out` that cannot take `need` doubles. */
void refuse_options_and_output(const char *function, batch_call call, const void *context, size_t need);

/* The wrong calls of each section of the header. */
void refuse_loading(const char *fixtures);
void refuse_facts(const subjects *with);
void refuse_scorers(const subjects *with);
void refuse_rows_f32(const subjects *with);
void refuse_rows_f64(const subjects *with);
void refuse_batches_f32(const subjects *with);
void refuse_batches_f64(const subjects *with);
void refuse_columns_f32(const subjects *with);
void refuse_columns_f64(const subjects *with);
void refuse_csr_f32(const subjects *with);
void refuse_csr_f64(const subjects *with);

/* An error struct full of rubbish: callers need not initialise theirs. */
apus_error *poisoned_error(void);

/* The call returned `wanted` with and without an error struct; the struct repeats the status and holds a
 * sentence with `words` in it. */
void check_refused(const char *place, apus_status wanted, const char *words, apus_status with_error,
                   apus_status without_error);

/* The call succeeded and left the error struct alone. */
void check_accepted(const char *place, apus_status status);

/* Printed in front of the places that follow, when they lie in a function for several calls; "" ends it. */
void now_calling(const char *function);

#define PLACE_TEXT(line) #line
#define PLACE_LINE(line) PLACE_TEXT(line)
#define PLACE(call) __FILE__ ":" PLACE_LINE(__LINE__) ": " #call

/* `call` names its last argument `error`; it is made twice. */
#define REFUSED(wanted, words, call)                                             \
  do {                                                                           \
    apus_error *error = poisoned_error();                                        \
    apus_status with_error = (call);                                             \
    error = NULL;                                                                \
    apus_status without_error = (call);                                          \
    check_refused(PLACE(call), (wanted), (words), with_error, without_error);    \
  } while (0)

#define ACCEPTED(call)                                                           \
  do {                                                                           \
    apus_error *error = poisoned_error();                                        \
    apus_status with_error = (call);                                             \
    check_accepted(PLACE(call), with_error);                                     \
  } while (0)

#endif /* REFUSAL_H */
