/* SPDX-License-Identifier: MIT */
/*
 * The world in which a table builder is tested: memory with pages to give, a model of what is
 * mapped, a decoder of tables that shares nothing with the library, and TLBs that remember all that
 * they could have seen and object when the rules of break-before-make are broken.
 * DDI0487 D8.3 (formats), D8.17 (TLB maintenance).
 */
#ifndef ARMVIRT_TESTS_PGBUILD_WORLD_H
#define ARMVIRT_TESTS_PGBUILD_WORLD_H

#include <armvirt/mem.h>
#include <armvirt/pgbuild.h>

/* ---- Shapes: the geometries under test ----------------------------------------------------- */

struct shape {
    const char *name;
    uint8_t stage_number;
    uint8_t granule_log2;
    uint8_t ia_bits;
    int8_t start_level;
    uint8_t oa_bits;
    bool d128, ds, lpa; /* VMSAv9-128; 52-bit addresses with 4 KB and 16 KB, or with 64 KB */
    bool big_endian, upper;
    bool pie, ha, hd;
    uint8_t skl[5];
};

extern const struct shape shapes[];
extern const size_t shape_count;

struct armvirt_stage shape_stage(const struct shape *shape, uint64_t base_pa);

/* ---- The world ----------------------------------------------------------------------------- */

#define WORLD_PAGES   512
#define WORLD_EXTENTS 512
#define WORLD_LEAVES  400000
#define WORLD_PROBES  24
#define WORLD_SEEN    16

/* A page that the builder has, or had. */
struct page {
    uint64_t pa;
    unsigned size_log2;
    bool used;
};

/* A range of the model: what should be mapped. */
struct extent {
    uint64_t ia, bytes, oa;
    uint64_t attrs[2];
};

/* A block or page found in the tables. */
struct leaf {
    uint64_t ia, bytes, oa;
    uint64_t attrs[2]; /* the descriptor without address, type, Contiguous, SKL, nT */
    uint64_t desc[2];
    uint64_t desc_pa;
    int8_t level;
    bool contiguous;
    bool nt;
};

/* A walk: its tables, and the descriptors that it has read. */
struct path {
    uint64_t tables[8], descs[8];
    unsigned count;
};

/* An address that is watched, and all that a TLB may hold for it. */
struct probe {
    uint64_t ia;
    struct leaf seen[WORLD_SEEN];
    unsigned count;
    struct path path;    /* as it is now */
    uint64_t tables[64]; /* tables that a walk cache may refer to */
    unsigned table_count;
};

struct world {
    struct shape shape;
    struct armvirt_stage stage;
    struct armvirt_pgbuild_ops ops;
    struct armvirt_pgbuild build;
    uint8_t bbm_level;
    bool live;

    struct leaf *leaves; /* of the last check */
    uint8_t *bytes;
    uint64_t base_pa, size, next_pa;
    struct page pages[WORLD_PAGES];
    unsigned page_count;
    struct armvirt_mem_flat flat;

    struct extent model[WORLD_EXTENTS];
    unsigned extent_count;

    /* What goes wrong: the call with this number fails; 0: none. */
    unsigned fail_alloc, fail_read, fail_write;
    enum armvirt_bus fail_with;
    bool fail_on; /* all writes from then on fail too */
    unsigned allocs, frees, reads, writes, swaps;
    unsigned reads_before_write; /* reads before the first write */
    uint64_t failed_pa;          /* the access that failed, or 0 */
    bool alloc_failed;           /* a page was asked for and not given */
    bool drop_writes;            /* memory that forgets */
    bool allow_empty;            /* tables without entries may be left: after an error */
    /* Called before each compare-and-swap: hardware that gets in between. */
    void (*hardware)(struct world *w, uint64_t pa);

    bool watch; /* use the TLBs */
    struct probe probes[WORLD_PROBES];
    unsigned probe_count;
    struct armvirt_tlbi last_tlbi;
    unsigned tlbis, breaks;

    char log[4096]; /* one letter an event: what tests of order look at */
    unsigned log_length;
};

/* Make a world; the first table is empty. There is one at a time: memory is that of the last. */
void world_begin(struct world *w, const struct shape *shape, bool live, uint8_t bbm_level);

/* Remake the builder after `stage`, `live` or `bbm_level` have changed. */
void world_remake(struct world *w);

/* Attribute bits that this format has; @which selects one of a few sets, all different. */
void world_attrs(const struct world *w, unsigned which, uint64_t attrs[2]);

/* An address of software from an offset into the input range. */
uint64_t world_ia(const struct world *w, uint64_t offset);

/* Bytes of one entry at a level. */
uint64_t world_level_bytes(const struct world *w, int level);

/* log2 of the entries of a contiguous group; 0: none. */
unsigned world_group_log2(const struct world *w, int level);

/* Whether a block or page may stand at the level. */
bool world_leaf_level(const struct world *w, int level);

/* Read and write one descriptor as hardware does. */
void world_desc(const struct world *w, uint64_t pa, uint64_t desc[2]);
void world_set_desc(struct world *w, uint64_t pa, const uint64_t desc[2]);

/* Walk to an address: false if it is not mapped. */
bool world_walk(const struct world *w, uint64_t offset, struct leaf *leaf);

/* All blocks and pages, in order; at most @cap are stored. Returns how many there are. */
size_t world_leaves(const struct world *w, struct leaf *leaves, size_t cap);

/* Pages in use. */
unsigned world_used_pages(const struct world *w);

/* A checksum of the first table and all pages in use. */
uint64_t world_checksum(const struct world *w);

/* ---- Calls, checked ------------------------------------------------------------------------ */

/*
 * Each calls the builder and then checks everything: the answer against the model, the tables
 * against the model, pages against tables, TLBs against tables; and that an error has changed
 * nothing.
 */
enum armvirt_status world_map(struct world *w, const struct armvirt_pgbuild_mapping *mapping,
                              struct armvirt_pgbuild_result *result);
enum armvirt_status world_unmap(struct world *w, uint64_t offset, uint64_t bytes,
                                struct armvirt_pgbuild_result *result);
enum armvirt_status world_protect(struct world *w, uint64_t offset, uint64_t bytes,
                                  const struct armvirt_attr_change *change,
                                  struct armvirt_pgbuild_result *result);
enum armvirt_status world_split(struct world *w, uint64_t offset, int level,
                                struct armvirt_pgbuild_result *result);
enum armvirt_status world_join(struct world *w, uint64_t offset, int level,
                               struct armvirt_pgbuild_result *result);

/* The checks alone: tables agree with the model and keep the rules; no page is lost. */
void world_check(struct world *w);

/* Start watching addresses: those of the offsets given. */
void world_watch(struct world *w, const uint64_t *offsets, unsigned count);

/* ---- Random calls -------------------------------------------------------------------------- */

/* A source of decisions: a generator, or the input of a fuzzer. */
struct chooser {
    uint64_t state;
    const uint8_t *data;
    size_t size;
};

/* A number below @n. */
uint64_t choose(struct chooser *c, uint64_t n);

/* One call with chosen arguments, checked. */
void world_random_call(struct world *w, struct chooser *c);

#endif
