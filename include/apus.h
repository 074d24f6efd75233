/* apus.h - score a trained model inside your own process.
 *
 * This header is the manual of Apus. What is not in it is not API.
 *
 *   apus_model  *model  = NULL;
 *   apus_scorer *scorer = NULL;
 *   apus_error   error;
 *   double       score;
 *
 *   if (apus_model_load_file("fraud.json", &model, &error) ||
 *       apus_scorer_create(model, NULL, &scorer, &error) ||
 *       apus_scorer_score_row_f32(scorer, row, 30, &score, 1, &error))
 *     fprintf(stderr, "%s: %s\n", apus_status_name(error.status), error.message);
 *   apus_scorer_release(scorer);
 *   apus_model_release(model);
 *
 * CONTENTS
 *   1. Version          4. Facts about a model     7. Batches
 *   2. Errors           5. Scorers                 8. Networks
 *   3. Models           6. One row                 9. Slots
 *                                                 10. Self-test
 *
 * RULES THAT HOLD FOR EVERY FUNCTION
 *
 * Numbers. Apus returns the numbers of the library that trained the model. Margins are summed in that
 *   library's order and precision, and every result is a double, which holds each of those numbers
 *   exactly: a 32-bit sum, a 64-bit sum, a leaf index or a class label.
 * Results do not depend on the batch size, the thread count, the engine or the instruction set.
 *
 * Threads. Functions that take `const apus_x *` may run at the same time on the same object, from any
 *   number of threads; they take no lock, and scoring calls that succeed neither allocate nor start a
 *   thread except where their text says so. A thread must not be cancelled inside Apus. Functions that take `apus_x *` need that reference for themselves.
 *
 * Fork. Every object made before fork() works in the child. Threads of a batch call end with the call.
 *
 * Memory. Input memory is only read, and not kept after the call. Strings that Apus returns are UTF-8
 *   as stored in the file, end with a zero byte, and live as long as the object they were asked from.
 *   No function prints, exits, or changes the locale or a signal handler. The host's floating-point modes do not
 *   matter: inside a call numbers round to the nearest, subnormal ones are kept and nothing traps; at its end the
 *   modes are the host's again.
 *   Scoring takes its scratch memory from the stack (about 52 KiB); and from the heap, for the length of
 *   the call, for rows of more than 16 KiB that must be gathered or converted (4096 floats, 2048 doubles),
 *   and for rows of more than 1024 margins of which the largest is chosen. Then it may return APUS_OUT_OF_MEMORY.
 *
 *   A call that finds no memory returns APUS_OUT_OF_MEMORY, and nothing of it is left. For that, loading a file sets
 *   address space aside, 12 times the length of the file and 16 MiB, making a scorer 20 times the model and 4 MiB,
 *   making a network 8 KiB for each of its values and 16 MiB, saving 8 times the model, the self-test 64 MiB; until the call ends, and untouched unless malloc fails.
 *   Where there is no room for that it returns APUS_OUT_OF_MEMORY at once.
 *
 * Structs. `struct_size` comes first in each options and info struct: set it to sizeof of the struct you
 *   were compiled with. In options, zero means the default, and a NULL pointer means all defaults.
 *   A larger struct than this library knows is accepted if the unknown tail is zero. In info structs
 *   Apus fills the part that both sides know. A struct_size that is below 8, above 4096 or no
 *   multiple of 8 is refused: with APUS_INVALID_OPTION in options, with APUS_INVALID_ARGUMENT in info
 *   structs.
 *
 * Arguments. Row, column and output pointers must be aligned to their element type and must not overlap.
 *   A NULL object, a NULL array with a length other than zero, a length that overflows or a misaligned
 *   pointer gives APUS_INVALID_ARGUMENT. Release functions accept NULL.
 */
#ifndef APUS_H
#define APUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------
 * 1. Version
 * ------------------------------------------------------------------------------------------------ */

#define APUS_VERSION_MAJOR 0
#define APUS_VERSION_MINOR 1
#define APUS_VERSION_PATCH 0

/* Changes when a program compiled against an older header could stop working. It is also the number in
 * the shared library's name, libapus.so.<APUS_ABI_VERSION>. */
#define APUS_ABI_VERSION 1

/* major * 10000 + minor * 100 + patch of the library that is running. */
uint32_t apus_version_number(void);

/* The same as text, such as "0.1.0". */
const char *apus_version_string(void);

/* APUS_ABI_VERSION of the library that is running. A binding compares it with the one it was made for. */
uint32_t apus_abi_version(void);

/* ------------------------------------------------------------------------------------------------
 * 2. Errors
 * ------------------------------------------------------------------------------------------------ */

/* Every function that can fail returns a status. The values never change; new ones fill the gaps. */
typedef int32_t apus_status;

#define APUS_OK 0

/* The call is wrong. */
#define APUS_INVALID_ARGUMENT 10       /* NULL, misaligned, overflowing or contradictory argument        */
#define APUS_INVALID_OPTION 11         /* a field of an options struct is out of its range               */
#define APUS_FEATURE_COUNT_MISMATCH 12 /* rows have more or fewer features than the model                */
#define APUS_BUFFER_TOO_SMALL 13       /* the message says how many elements are needed                  */
#define APUS_INDEX_OUT_OF_RANGE 14     /* a feature, category or attribute index, or a CSR offset        */
#define APUS_NOT_FOUND 15              /* no feature or category of that name                            */
#define APUS_INVALID_ENVIRONMENT 16    /* APUS_INSTRUCTION_SET holds something else than v2, v3 or v4    */

/* The file is wrong. */
#define APUS_FILE_UNREADABLE 30 /* missing, a directory, no permission, or an input error                */
#define APUS_UNKNOWN_FORMAT 31  /* the content is of no format that Apus reads                           */
#define APUS_TRUNCATED 32       /* the file ends in the middle of a value                                */
#define APUS_MALFORMED 33       /* the syntax of the format is broken                                    */
#define APUS_INVALID_MODEL 34   /* readable, but contradictory: a cycle, a child or length out of range  */
#define APUS_UNSUPPORTED 35     /* a real feature of the format that Apus does not have; named           */
#define APUS_LIMIT_EXCEEDED 36  /* nested too deep, or larger than a documented limit                    */
#define APUS_FILE_UNWRITABLE 37 /* no such folder, no permission, no room, or an output error            */

/* The machine is at its limit. */
#define APUS_OUT_OF_MEMORY 50
#define APUS_SELF_TEST_FAILED 52    /* this build is wrong on this machine: do not use it                 */

/* "APUS_OK", "APUS_TRUNCATED", ...; "APUS_UNKNOWN_STATUS" for a value that this library does not know.
 * Never NULL; the text lives as long as the library. */
const char *apus_status_name(apus_status status);

/* What went wrong, and where. The caller owns it and needs not initialise it; every function takes NULL
 * for "not interested". It is written only when the status is not APUS_OK. Its 512 bytes will not grow.
 * The places are -1 where they mean nothing. */
typedef struct apus_error {
  apus_status status;  /* what the function returned                                    */
  int32_t tree;        /* index of the tree in the file, from 0                         */
  int32_t node;        /* index of the node in its tree, as numbered in the file        */
  int32_t feature;     /* index of the feature, from 0                                  */
  int64_t byte_offset; /* position in the file, from 0                                  */
  int64_t row;         /* index of the row in the call, from 0                          */
  char message[480];   /* one sentence for people, UTF-8, always zero-terminated        */
} apus_error;

/* ------------------------------------------------------------------------------------------------
 * 3. Models
 * ------------------------------------------------------------------------------------------------ */

/* A loaded file: immutable, reference-counted, shared between threads. */
typedef struct apus_model apus_model;

/* Load a model from a file. The format is detected from the content, never from the name.
 *
 *   path   zero-terminated, as the operating system spells it; a regular file, not a pipe
 *   model  receives a reference that the caller releases; NULL is stored on failure
 *
 * The file is read once and may be changed or removed afterwards. An ONNX file may name others that hold its numbers:
 * those in its folder and below it are read as well, and no links.
 * Limits: nesting depth 64; 2^31 - 1 nodes a tree or trees; 2^24 features; 2^20
 * outputs; 128 MiB of category sets; 256 keys an object.
 * Returns APUS_FILE_UNREADABLE and any status from APUS_UNKNOWN_FORMAT to APUS_OUT_OF_MEMORY. */
apus_status apus_model_load_file(const char *path, apus_model **model, apus_error *error);

typedef struct apus_load_options {
  uint32_t struct_size;
  int32_t maps_file;           /* 1: map the file into memory instead of reading it. Floats of a network in Apus's own file,
                                  in tensors of 1 MiB or more, then stay in the file's pages, which all processes
                                  share. Nobody may shorten or change such a file while the model lives: a read
                                  behind its new end would end the process (SIGBUS), and changed numbers would be
                                  used. A file that another takes the place of by a rename, as apus_model_save_file
                                  does, is not changed. Whatever becomes of the numbers, no other memory is touched */
  int32_t skips_checksums;     /* 1: do not compare those numbers with their checksum, which reads all of them */
  int32_t refuses_other_files; /* 1: read no file but this one. A model that needs others is refused           */
} apus_load_options;

/* The same with options; NULL: as apus_model_load_file. */
apus_status apus_model_load_file_with_options(const char *path, const apus_load_options *options,
                                              apus_model **model, apus_error *error);

/* The same from `length` bytes in memory, which may be freed when the call returns. */
apus_status apus_model_load_bytes(const void *bytes, size_t length, apus_model **model,
                                  apus_error *error);

/* Write a model as Apus's own file, which holds everything that Apus knows of it and loads faster than any other.
 *
 *   path  zero-terminated; the file is written under another name in the same folder, brought to the disk and then
 *         renamed: `path` holds its former content or the whole new one, whatever happens
 *
 * A loaded copy gives the same numbers; its format is APUS_FORMAT_APUS, its source library that of the original.
 * Takes memory for the whole file. Returns APUS_FILE_UNWRITABLE or APUS_OUT_OF_MEMORY. */
apus_status apus_model_save_file(const apus_model *model, const char *path, apus_error *error);

/* Add a reference, to be ended by apus_model_release. May run at the same time as anything that another
 * reference to this model is used for. */
apus_status apus_model_retain(const apus_model *model);

/* End one reference. The model's memory goes with the last reference and the last scorer made from it,
 * in whichever order. NULL is fine. Never fails. */
void apus_model_release(apus_model *model);

/* ------------------------------------------------------------------------------------------------
 * 4. Facts about a model
 * ------------------------------------------------------------------------------------------------ */

typedef uint32_t apus_format;
#define APUS_FORMAT_XGBOOST_JSON 1u
#define APUS_FORMAT_XGBOOST_UBJSON 2u
#define APUS_FORMAT_LIGHTGBM_TEXT 3u
#define APUS_FORMAT_CATBOOST_JSON 4u
#define APUS_FORMAT_CATBOOST_BINARY 5u
#define APUS_FORMAT_APUS 6u /* written by apus_model_save_file, or by the Python package */
#define APUS_FORMAT_ONNX 7u

typedef struct apus_model_info {
  uint32_t struct_size;
  apus_format format;
  const char *source_library;       /* "xgboost", "lightgbm", "catboost", "scikit-learn", "onnx"         */
  int32_t source_version_major;     /* version of the library that wrote the file; -1 for what the file  */
  int32_t source_version_minor;     /*   does not say: lightgbm's say the first part alone               */
  int32_t source_version_patch;     /*                                                                   */
  int32_t feature_count;            /* columns of a row                                                  */
  const char *objective;            /* as the source library names it, such as "binary:logistic"         */
  const char *booster;              /* likewise: "gbtree", "dart", "gblinear"                            */
  int32_t margin_count;             /* margins of a row: classes or targets, 1 for most models           */
  int32_t score_count;              /* scores of a row; differs from margin_count for multi:softmax (1)  */
  int32_t margin_bits;              /* precision the source library sums in: 32 or 64                    */
  int32_t has_feature_names;        /* 1 if the file holds them                                          */
  int32_t iteration_count;          /* boosting rounds; 0 for a model without trees                      */
  int32_t best_iteration;           /* from 0, as early stopping recorded it; -1 if the file has none    */
  int32_t tree_count;
  int32_t max_depth;                /* splits on the longest path of any tree                            */
  int64_t node_count;               /* splits and leaves that can be reached                             */
  int64_t leaf_count;
  int64_t memory_bytes;             /* heap held by the loaded model, scorers not counted                */
  int32_t attribute_count;          /* see apus_model_attribute                                          */
  int32_t categorical_feature_count; /* features with a stored category table                            */
  int32_t input_count;              /* tensors that a network takes by name; 0 for other models: section 8 */
  int32_t output_count;             /* tensors that it gives                                             */
} apus_model_info;

/* Fill `info` (set info->struct_size first). */
apus_status apus_model_get_info(const apus_model *model, apus_model_info *info, apus_error *error);

typedef uint32_t apus_feature_kind;
#define APUS_FEATURE_UNKNOWN 0u     /* the file does not say; treat as numeric             */
#define APUS_FEATURE_FLOAT 1u       /* xgboost "float", "q"                                */
#define APUS_FEATURE_INTEGER 2u     /* xgboost "int"                                       */
#define APUS_FEATURE_INDICATOR 3u   /* xgboost "i"                                         */
#define APUS_FEATURE_CATEGORICAL 4u /* xgboost "c": the value is a category code, from 0; of
                                       catboost the category itself: see apus_value        */

typedef uint32_t apus_category_kind;
#define APUS_CATEGORY_NONE 0u    /* no table: codes only     */
#define APUS_CATEGORY_TEXT 1u    /* UTF-8 text               */
#define APUS_CATEGORY_INTEGER 2u /* int64_t                  */
#define APUS_CATEGORY_REAL 3u    /* double                   */

typedef struct apus_feature_info {
  uint32_t struct_size;
  apus_feature_kind kind;
  const char *name;    /* NULL if the file has none for this feature; may hold zero bytes of its own */
  size_t name_length;  /* bytes, without the final zero                                             */
  apus_category_kind category_kind;
  int32_t category_count; /* entries of the stored category table; 0 without one                */
  int32_t has_doubtful_categories; /* 1: the trainer may have cut the table's text at wrong places. xgboost 3.1
                             to 3.3 count characters for bytes where a category from pandas is not ASCII, and
                             the file does not tell. Codes score as ever; text is not looked up.       */
  int32_t reserved;
} apus_feature_info;

/* Facts about feature `index`, 0 <= index < feature_count. */
apus_status apus_model_get_feature(const apus_model *model, int32_t index, apus_feature_info *info,
                                   apus_error *error);

/* The index of the feature called `name` (`length` bytes, compared byte for byte), or APUS_NOT_FOUND.
 * Takes time in proportion to the number of features: look names up once, not per row. */
apus_status apus_model_find_feature(const apus_model *model, const char *name, size_t length,
                                    int32_t *index, apus_error *error);

typedef struct apus_category_info {
  uint32_t struct_size;
  apus_category_kind kind; /* which of the following holds the category */
  const char *text;        /* NULL unless kind is APUS_CATEGORY_TEXT     */
  size_t text_length;
  int64_t integer;
  double real;
} apus_category_info;

/* The category that stands for `code`, 0 <= code < category_count of that feature. */
apus_status apus_model_get_category(const apus_model *model, int32_t feature, int32_t code,
                                    apus_category_info *info, apus_error *error);

/* The code of a category, or APUS_NOT_FOUND for one that training did not see. What to score then is the
 * caller's choice: NaN goes the way of a missing value, which is what lightgbm does; -1 is "in no set", which
 * xgboost sends left.
 * Text is refused with APUS_INVALID_MODEL if the feature has doubtful categories. A whole number is also looked up in
 * a table of real ones.
 * Takes time in proportion to the size of the table: look codes up once, not per row. */
apus_status apus_model_find_category_text(const apus_model *model, int32_t feature, const char *text,
                                          size_t length, int32_t *code, apus_error *error);
apus_status apus_model_find_category_integer(const apus_model *model, int32_t feature, int64_t value,
                                             int32_t *code, apus_error *error);

typedef struct apus_attribute_info {
  uint32_t struct_size;
  const char *name;
  size_t name_length;
  const char *value;
  size_t value_length;
} apus_attribute_info;

/* A note that the trainer left in the file (xgboost's Booster.attributes(), such as "best_score"),
 * 0 <= index < attribute_count. */
apus_status apus_model_get_attribute(const apus_model *model, int32_t index, apus_attribute_info *info,
                                     apus_error *error);

/* ------------------------------------------------------------------------------------------------
 * 5. Scorers
 * ------------------------------------------------------------------------------------------------ */

/* A model compiled for this CPU, with everything decided once: what comes out, which trees take part,
 * what counts as missing, which engine runs. Immutable. It keeps its model alive. */
typedef struct apus_scorer apus_scorer;

typedef uint32_t apus_output;
#define APUS_OUTPUT_SCORE 0u  /* after the link: probability, expected count, class label ...        */
#define APUS_OUTPUT_MARGIN 1u /* the sum before the link                                             */
#define APUS_OUTPUT_LEAF 2u   /* the leaf reached in each tree, as the source library numbers leaves */

typedef uint32_t apus_absent;
#define APUS_ABSENT_DEFAULT 0u /* as the source library takes it: xgboost, missing; the others, zero */
#define APUS_ABSENT_MISSING 1u
#define APUS_ABSENT_ZERO 2u

/* What a row of values (apus_value) means by a category that the feature's stored table does not hold. CatBoost
 * stores no tables: it scores any category. */
typedef uint32_t apus_unseen;
#define APUS_UNSEEN_DEFAULT 0u /* as the source library takes it: xgboost refuses the row, lightgbm has
                                  a missing value                                                       */
#define APUS_UNSEEN_ERROR 1u   /* the call fails with APUS_NOT_FOUND                                    */
#define APUS_UNSEEN_MISSING 2u /* a missing value                                                       */
#define APUS_UNSEEN_NO_SET 3u  /* a category that is in no set of any split                             */

/* How the matrices of a network's products are kept (section 8). */
typedef uint32_t apus_weights;
#define APUS_WEIGHTS_DEFAULT 0u  /* as the file has them                                                */
#define APUS_WEIGHTS_BFLOAT16 1u /* 32-bit floats of matrices of more than 4 columns rounded to bfloat16,
                                    8 bits of precision: half the memory to read for a row alone        */

/* For iteration_end: up to and including best_iteration; all where the file records none. */
#define APUS_BEST_ITERATION (-1)

typedef struct apus_scorer_options {
  uint32_t struct_size;
  apus_output output;
  int32_t iteration_begin; /* the tree range, in boosting rounds: begin <= round < end                    */
  int32_t iteration_end;   /* 0: all; APUS_BEST_ITERATION; else at most iteration_count                   */
  double missing_value;    /* a further value that counts as missing, beside NaN; rounded like a row's ...  */
  uint32_t has_missing_value; /* ... when this is 1                                                       */
  apus_absent absent;      /* meaning of an entry that a CSR row does not hold                            */
  const char *engine;      /* NULL: the best that fits the model; else by name, or APUS_INVALID_OPTION    */
  const char *instruction_set; /* NULL: the best that CPU and APUS_INSTRUCTION_SET allow; else "v2", "v3",
                                  "v4": APUS_INVALID_OPTION if the CPU lacks it                           */
  apus_unseen unseen;      /* for rows of values                                                          */
  apus_weights weights;    /* of a network; APUS_INVALID_OPTION for other models, and for the reference   */
} apus_scorer_options;

/* Compile a scorer. `scorer` receives it, or NULL on failure; the caller releases it.
 *
 * Engines, the first that takes the model is chosen: "network" (section 8); "linear"; "ranked" (trees of up to 4096 leaves; fast for one row
 * and for batches, which may run different code); "node-walk" (any trees); and "reference", the slow definition that
 * the others equal. A ranked scorer holds a workspace for each processor, up to 16, so that batches allocate nothing; a
 * batch that finds none free is scored row by row.
 * Returns APUS_INVALID_OPTION, APUS_UNSUPPORTED (leaf output of a model without trees, a tree range of a
 * linear model), APUS_INVALID_ENVIRONMENT or APUS_OUT_OF_MEMORY. */
apus_status apus_scorer_create(const apus_model *model, const apus_scorer_options *options,
                               apus_scorer **scorer, apus_error *error);

/* End a reference to a scorer: that of apus_scorer_create or of apus_slot_acquire. With the last one it is freed. No call
 * may be using it by this reference. NULL is fine. Never fails. */
void apus_scorer_release(apus_scorer *scorer);

typedef struct apus_scorer_info {
  uint32_t struct_size;
  apus_output output;
  int32_t feature_count;  /* features that a row must have                                              */
  int32_t value_count;    /* doubles written for each row: scores, margins, or one leaf index a tree    */
  int32_t margin_count;   /* doubles that a base margin has for each row                                */
  int32_t iteration_begin; /* the tree range in force                                                   */
  int32_t iteration_end;
  int32_t tree_count;     /* trees in that range                                                        */
  const char *engine;
  const char *instruction_set;
  int64_t memory_bytes;   /* heap held by the compiled form, the model not counted                      */
} apus_scorer_info;

/* Fill `info` (set info->struct_size first). Its strings live as long as the library. */
apus_status apus_scorer_get_info(const apus_scorer *scorer, apus_scorer_info *info, apus_error *error);

/* The level that new scorers run at on this machine: "v2", "v3" or "v4" (x86-64 levels; v4 also needs
 * VBMI and VNNI), or "neon". The environment variable APUS_INSTRUCTION_SET lowers it; it is read once, when the
 * library is loaded, and counts as not set if it is empty. */
const char *apus_instruction_set_name(void);

/* ------------------------------------------------------------------------------------------------
 * 6. One row
 * ------------------------------------------------------------------------------------------------ */

/* Score one row: the call for a service. Allocates nothing (but see Memory above for very wide rows), makes no
 * system call, starts no thread.
 *
 *   row            feature_count values; NaN is missing; for a categorical feature the category code, or in a
 *                  model of catboost the category itself, a whole number (see apus_value)
 *   feature_count  must equal the scorer's, else APUS_FEATURE_COUNT_MISMATCH
 *   out            receives value_count doubles
 *   out_capacity   doubles that `out` has room for, else APUS_BUFFER_TOO_SMALL
 *
 * Values that the source library rounds to float are rounded to nearest, ties to even, here too.
 * Infinities are ordinary values. */
apus_status apus_scorer_score_row_f32(const apus_scorer *scorer, const float *row, size_t feature_count,
                                      double *out, size_t out_capacity, apus_error *error);
apus_status apus_scorer_score_row_f64(const apus_scorer *scorer, const double *row, size_t feature_count,
                                      double *out, size_t out_capacity, apus_error *error);

typedef uint32_t apus_value_kind;
#define APUS_VALUE_MISSING 0u
#define APUS_VALUE_NUMBER 1u  /* as in a row of numbers: for a feature with a category table, a code     */
#define APUS_VALUE_INTEGER 2u /* likewise, but a category where categories are numbers: catboost, and features
                                 whose category_kind is APUS_CATEGORY_INTEGER or APUS_CATEGORY_REAL      */
#define APUS_VALUE_TEXT 3u    /* a category; only for categorical features of catboost and those whose
                                 category_kind is APUS_CATEGORY_TEXT                                     */

/* A value as people have it. `kind` says which of the others counts. */
typedef struct apus_value {
  apus_value_kind kind;
  uint32_t reserved;
  double number;
  int64_t integer;
  const char *text; /* UTF-8; read during the call only */
  size_t text_length;
} apus_value;

/* The same as apus_scorer_score_row_f64 for a row of values.
 *
 * In a row of numbers a category of catboost is a whole number, which stands for its decimal text; a missing one, and a
 * number that is not whole, for the empty text.
 *
 * Returns also APUS_INVALID_ARGUMENT for a text where there are no texts or a kind that is none, APUS_NOT_FOUND for a
 * category that the table does not hold if `unseen` says so, APUS_INVALID_MODEL for text of a feature with doubtful
 * categories. The error tells row and feature. */
apus_status apus_scorer_score_row_values(const apus_scorer *scorer, const apus_value *row,
                                         size_t feature_count, double *out, size_t out_capacity,
                                         apus_error *error);

/* ------------------------------------------------------------------------------------------------
 * 7. Batches
 * ------------------------------------------------------------------------------------------------ */

typedef struct apus_batch_options {
  uint32_t struct_size;
  int32_t thread_count;       /* 0 or 1: the calling thread alone; up to 1024. They start and end within the
                                 call, with all signals blocked. Threads that there is no work for, or that
                                 the operating system refuses, are done without                           */
  const double *base_margin;  /* NULL: the model's own. Else margin_count values for each row, which
                                 REPLACE the model's base score (xgboost's base_margin), in row order     */
  size_t base_margin_count;   /* must be row_count * margin_count, else APUS_INVALID_ARGUMENT             */
} apus_batch_options;

/* Score rows that lie one behind the other. Result r * value_count + v is value v of row r.
 *
 *   rows        row r begins at rows + r * row_stride
 *   row_count   0 is fine and does nothing
 *   row_stride  in elements, at least feature_count; 0 means feature_count
 *   options     may be NULL
 *
 * The rest is as for one row. On failure the content of `out` is unspecified. */
apus_status apus_scorer_score_f32(const apus_scorer *scorer, const float *rows, size_t row_count,
                                  size_t feature_count, size_t row_stride,
                                  const apus_batch_options *options, double *out, size_t out_capacity,
                                  apus_error *error);
apus_status apus_scorer_score_f64(const apus_scorer *scorer, const double *rows, size_t row_count,
                                  size_t feature_count, size_t row_stride,
                                  const apus_batch_options *options, double *out, size_t out_capacity,
                                  apus_error *error);

/* The same for rows of values, each of which is looked at before the first is scored. */
apus_status apus_scorer_score_values(const apus_scorer *scorer, const apus_value *rows, size_t row_count,
                                     size_t feature_count, size_t row_stride,
                                     const apus_batch_options *options, double *out, size_t out_capacity,
                                     apus_error *error);

/* Score rows that lie in columns: value f of row r is columns[f][r]. One pointer for each feature. */
apus_status apus_scorer_score_columns_f32(const apus_scorer *scorer, const float *const *columns,
                                          size_t column_count, size_t row_count,
                                          const apus_batch_options *options, double *out,
                                          size_t out_capacity, apus_error *error);
apus_status apus_scorer_score_columns_f64(const apus_scorer *scorer, const double *const *columns,
                                          size_t column_count, size_t row_count,
                                          const apus_batch_options *options, double *out,
                                          size_t out_capacity, apus_error *error);

/* Score sparse rows (compressed sparse row).
 *
 *   row_offsets      row_count + 1 ascending positions; row r has the entries from row_offsets[r] to
 *                    row_offsets[r + 1] - 1; the last is at most value_count
 *   feature_indices  value_count features, each below feature_count; any order within a row, and the
 *                    last of several entries of one feature counts
 *   values           value_count values; a stored 0 is 0, a stored NaN is missing
 *
 * An entry that a row does not hold is what the scorer's `absent` option says. */
apus_status apus_scorer_score_csr_f32(const apus_scorer *scorer, const int64_t *row_offsets,
                                      size_t row_count, const int32_t *feature_indices,
                                      const float *values, size_t value_count, size_t feature_count,
                                      const apus_batch_options *options, double *out,
                                      size_t out_capacity, apus_error *error);
apus_status apus_scorer_score_csr_f64(const apus_scorer *scorer, const int64_t *row_offsets,
                                      size_t row_count, const int32_t *feature_indices,
                                      const double *values, size_t value_count, size_t feature_count,
                                      const apus_batch_options *options, double *out,
                                      size_t out_capacity, apus_error *error);

/* ------------------------------------------------------------------------------------------------
 * 8. Networks
 * ------------------------------------------------------------------------------------------------ */

/* A model from ONNX is a network: a graph of operators that takes tensors by name and gives tensors.
 *
 * If it has one input of float or double, whose first axis is open or 1 and whose others are known, it takes
 * rows as every other model does, through an apus_scorer: feature_count is the product of the other axes, the
 * values of a row are those of its line of the first output that holds real numbers (a classifier's scores, which
 * stand behind its label), or else of the first. Else feature_count is 0 and an apus_network runs it.
 *
 * Numbers of a network are not those of the framework that trained it bit for bit, as those of trees are:
 * frameworks themselves sum in orders that depend on batch size and processor. They do not depend on batch
 * size or threads here.
 *
 * Text: a tensor of APUS_ELEMENT_TEXT is an array of const char *, UTF-8 that ends with a zero byte. What goes
 * in may not be NULL and must be there for the length of the call. What comes out is of the network or of the
 * inputs: copy it, or use it only as long as both are there. A list of maps (a ZipMap's result) comes out as a
 * tensor of its numbers; the names of the columns of output Y are the model's attribute "Y.columns", a list
 * as JSON has it. */

/* The type of a tensor's elements, as ONNX numbers them. */
typedef uint32_t apus_element;
#define APUS_ELEMENT_UNKNOWN 0u /* of a model's output of which the file does not say it */
#define APUS_ELEMENT_F32 1u
#define APUS_ELEMENT_U8 2u
#define APUS_ELEMENT_I8 3u
#define APUS_ELEMENT_U16 4u
#define APUS_ELEMENT_I16 5u
#define APUS_ELEMENT_I32 6u
#define APUS_ELEMENT_I64 7u
#define APUS_ELEMENT_TEXT 8u /* the address of a text that ends with a zero byte: const char * */
#define APUS_ELEMENT_BOOL 9u /* a byte, 0 or 1 */
#define APUS_ELEMENT_F16 10u
#define APUS_ELEMENT_F64 11u
#define APUS_ELEMENT_U32 12u
#define APUS_ELEMENT_U64 13u
#define APUS_ELEMENT_BF16 16u

/* Axes that a tensor may have, and elements of the arrays of the structs below. */
#define APUS_RANK_LIMIT 8

typedef struct apus_tensor_info {
  uint32_t struct_size;
  apus_element element;
  const char *name;
  size_t name_length;
  int32_t rank; /* axes; -1 if the file does not say */
  int32_t reserved;
  int64_t lengths[8];          /* of each axis; -1 for one that is open                      */
  const char *length_names[8]; /* what the file calls an open axis, such as "batch", or NULL */
} apus_tensor_info;

/* The inputs and outputs as the file has them, 0 <= index < input_count or output_count of apus_model_info. */
apus_status apus_model_get_input(const apus_model *model, int32_t index, apus_tensor_info *info,
                                 apus_error *error);
apus_status apus_model_get_output(const apus_model *model, int32_t index, apus_tensor_info *info,
                                  apus_error *error);

/* A network compiled for inputs of known shapes, and for this CPU. Immutable. It keeps its model alive. */
typedef struct apus_network apus_network;

typedef struct apus_shape {
  int32_t rank;
  int32_t reserved;
  int64_t lengths[8];
} apus_shape;

/* Elements in row-major order in the caller's memory. `element` says what `data` points to, and is compared
 * with the network's. */
typedef struct apus_tensor {
  apus_element element;
  uint32_t reserved;
  void *data;         /* of an input, only read; aligned to the element's size               */
  size_t byte_length; /* must be that of the network's tensor, else APUS_INVALID_ARGUMENT    */
} apus_tensor;

typedef struct apus_network_options {
  uint32_t struct_size;
  int32_t thread_count;        /* of a run, as in apus_batch_options. More than 1 help where the first axis of all
                                  inputs and outputs is open and rows along it do not depend on each other  */
  const apus_shape *shapes;    /* one for each input; NULL: as in the file, open axes have the length 1    */
  size_t shape_count;          /* input_count, or 0 for NULL                                               */
  const char *engine;          /* NULL: the best; "network", or "reference", the slow definition of it     */
  const char *instruction_set; /* as in apus_scorer_options                                                */
  const apus_tensor *constants; /* NULL, or one for each input: its value if it is known already, data NULL
                                   if not. Such an input is none of the compiled network. Values that decide
                                   about shapes, such as axes or lengths, must be given so                 */
  size_t constant_count;       /* input_count, or 0 for NULL                                               */
  apus_weights weights;        /* as in apus_scorer_options                                                */
  uint32_t reserved;
} apus_network_options;

/* Compile a network. `network` receives it, or NULL on failure; the caller releases it.
 *
 * Shapes that do not fit each other, or depend on the values of inputs, are refused here. A network holds a
 * workspace for each processor, up to 16 and 256 MiB.
 *
 * A file decides what its operators cost, so limits hold, beyond which APUS_LIMIT_EXCEEDED names the node: 131072
 * values and steps, loops unrolled and functions inlined; 1 GiB for the values of a run, and 2^40 operations; for what is
 * computed from constants here 2^28 operations and 1 GiB, when a file is loaded 2^26 and 192 MiB, and 64 operations and
 * 32 bytes more for each byte of constants in the file.
 * Returns APUS_INVALID_OPTION, APUS_INVALID_MODEL, APUS_UNSUPPORTED, APUS_LIMIT_EXCEEDED,
 * APUS_INVALID_ENVIRONMENT or APUS_OUT_OF_MEMORY. */
apus_status apus_network_create(const apus_model *model, const apus_network_options *options,
                                apus_network **network, apus_error *error);

/* Free the network. No call may be using it. NULL is fine. Never fails. */
void apus_network_release(apus_network *network);

typedef struct apus_network_info {
  uint32_t struct_size;
  int32_t input_count;  /* those of the model, but the constant ones                        */
  int32_t output_count;
  int32_t step_count;   /* pieces of work of a run, what is constant being computed already */
  const char *engine;
  const char *instruction_set;
  int64_t memory_bytes; /* heap held by the compiled form, the model not counted            */
  int64_t operation_count; /* about how many operations a run takes: what it costs, before it is tried  */
} apus_network_info;

apus_status apus_network_get_info(const apus_network *network, apus_network_info *info, apus_error *error);

/* The inputs and outputs with the lengths that they have in this network. */
apus_status apus_network_get_input(const apus_network *network, int32_t index, apus_tensor_info *info,
                                   apus_error *error);
apus_status apus_network_get_output(const apus_network *network, int32_t index, apus_tensor_info *info,
                                    apus_error *error);

/* Run the network once. `inputs` and `outputs` are in the network's order and all there.
 *
 * May run at the same time as other calls. Allocates nothing, unless more calls run than there are workspaces:
 * then a workspace for the length of the call, or APUS_OUT_OF_MEMORY. Takes no lock, and starts no thread unless
 * thread_count asked for it. A long batch whose rows do not depend on each other is run in parts. */
apus_status apus_network_run(const apus_network *network, const apus_tensor *inputs, size_t input_count,
                             const apus_tensor *outputs, size_t output_count, apus_error *error);

/* ------------------------------------------------------------------------------------------------
 * 9. Slots
 *
 * A slot holds one scorer at a time, and lets a new one take its place while other threads score:
 *
 *   const apus_scorer *scorer;
 *   apus_slot_acquire(slot, &scorer, NULL);              each request
 *   apus_scorer_score_row_f32(scorer, row, ...);
 *   apus_scorer_release((apus_scorer *)scorer);
 *
 *   apus_slot_publish(slot, retrained, NULL);            now and then, by any thread
 *   apus_scorer_release(retrained);
 *
 * Acquire and publish may run at the same time on the same slot from any number of threads. Neither waits for
 * another, takes a lock or makes a system call; acquire is three atomic instructions (wait-free on x86-64, and on
 * arm64 with atomic additions, from ARMv8.1 on). They are linearisable: an acquire that begins after a publish has returned gets that scorer or a
 * later one. A slot works on both sides of fork(); a child may keep one scorer for each thread of its parent
 * that was inside an acquire or a publish.
 * ------------------------------------------------------------------------------------------------ */

typedef struct apus_slot apus_slot;

/* A slot that holds `scorer`, of which it takes a reference of its own: the caller releases `scorer` whenever it likes.
 * `slot` receives the slot, or NULL on failure. A slot is never empty: a NULL scorer gives APUS_INVALID_ARGUMENT. */
apus_status apus_slot_create(const apus_scorer *scorer, apus_slot **slot, apus_error *error);

/* Let `scorer`, of which the slot takes a reference of its own, take the place of the one that the slot holds. That
 * one is freed when all who acquired it have released it: at once, or by the last of them. The scorers of a slot may
 * be of any models. Returns APUS_LIMIT_EXCEEDED, and changes nothing, if 255 threads are stopped inside an
 * acquire, each of another scorer. */
apus_status apus_slot_publish(const apus_slot *slot, const apus_scorer *scorer, apus_error *error);

/* A reference to the scorer that the slot holds, which the caller ends with apus_scorer_release, in any thread and
 * however much later; the slot may be gone by then. `scorer` receives NULL on failure. Never fails with a slot and a
 * place for its answer. Releasing the last reference frees the scorer in the thread that does it: who wants
 * no reader ever to spend that time keeps a reference of its own for a while. */
apus_status apus_slot_acquire(const apus_slot *slot, const apus_scorer **scorer, apus_error *error);

/* Free the slot and end its reference. No call may be using it. NULL is fine. Never fails. */
void apus_slot_release(apus_slot *slot);

/* ------------------------------------------------------------------------------------------------
 * 10. Self-test
 * ------------------------------------------------------------------------------------------------ */

/* Score built-in ensembles with every engine at every instruction set that this CPU has and compare with
 * the reference scorer, bit for bit. Takes some milliseconds. APUS_SELF_TEST_FAILED names the engine. */
apus_status apus_self_test(apus_error *error);

#ifdef __cplusplus
}
#endif

#endif /* APUS_H */
