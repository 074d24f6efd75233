/* generate_tree.h - one tree of a generated model. */
#ifndef FUZZ_GENERATE_TREE_H
#define FUZZ_GENERATE_TREE_H

#include "generate.h"

/* A tree that grows leaf by leaf, at leaves that the stream chooses. Its nodes are numbered as they came, or the
 * other way round, and nodes that a pruner deleted may lie between. */
value *make_tree(const model_shape *shape, int has_vectors, byte_stream *stream, edge_list *edges);

#endif /* FUZZ_GENERATE_TREE_H */
