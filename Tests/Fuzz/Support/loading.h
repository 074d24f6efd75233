/* loading.h - what must hold when bytes are loaded. */
#ifndef FUZZ_LOADING_H
#define FUZZ_LOADING_H

#include "apus.h"
#include "document.h"

/* Load bytes, and require that status, model and error agree and that the memory taken is in proportion. */
apus_status load_checked(const uint8_t *bytes, size_t length, apus_model **model);

/* The most heap that loading `length` bytes may take. */
size_t heap_allowance(size_t length);

/* One input of a fuzzer of loaders: load it, ask the model for everything, score rows with every engine; then say
 * the same document in the other format, if there is one (`read` is not NULL), and require the same of it. */
void check_loader(const uint8_t *bytes, size_t length, document_reader *read, document_writer *translate);

#endif /* FUZZ_LOADING_H */
