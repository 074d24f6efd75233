/* mutate.h - changes to a document that a change of its bytes would hardly ever make. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "document.h"

/* Change a few values: numbers, lengths of lists, names, whole subtrees. */
void mutate_document(value *root, uint64_t *state);

/* Put a value of `other` in the place of one of `root`, where possible of the same name. */
void cross_documents(value *root, const value *other, uint64_t *state);

/* Change the trees so that the model stays in order: see mutate_trees.c. Does nothing without trees. */
void mutate_trees(value *root, uint64_t *state);

/* A copy that shares no values with the original, or NULL if the memory of documents is used up. */
value *value_copy(const value *original);

/* LLVMFuzzerCustomMutator and LLVMFuzzerCustomCrossOver for documents that `read` reads and `write` writes. */
size_t mutate_bytes(uint8_t *bytes, size_t length, size_t capacity, unsigned seed, document_reader *read,
                    document_writer *write);
size_t cross_bytes(const uint8_t *first, size_t first_length, const uint8_t *second, size_t second_length,
                   uint8_t *out, size_t capacity, unsigned seed, document_reader *read, document_writer *write);

#endif /* FUZZ_MUTATE_H */
