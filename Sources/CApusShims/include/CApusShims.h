/* What Swift cannot spell, or what must not depend on the host: C layouts, the C library's functions,
 * threads, the CPU's level. Everything here is hidden in the shared library. */
#ifndef CAPUS_SHIMS_H
#define CAPUS_SHIMS_H

#include "apus_cpu.h"
#include "apus_files.h"
#include "apus_integers.h"
#include "apus_kernels.h"
#include "apus_math.h"
#include "apus_memory.h"
#include "apus_modes.h"
#include "apus_network.h"
#include "apus_parallel.h"
#include "apus_ranked.h"
#include "apus_ranked_row.h"
#include "apus_reserve.h"
#include "apus_simd.h"
#include "apus_simd_blocks.h"
#include "apus_simd_floats.h"
#include "apus_simd_integers.h"
#include "apus_simd_leaves.h"
#include "apus_simd_search.h"
#include "apus_simd_walk.h"
#include "apus_walk.h"

#endif
