/* SPDX-License-Identifier: MIT */
/*
 * All mappings of the recorded Linux systems, leaf by leaf, against the list that an independent
 * walker made of them: nothing missing, nothing more, and as many leaves of each level.
 *
 *     vectors.ranges DIRECTORY [SYSTEM:LINE]    prints what disagrees; with a line, also that range
 */
#include "linux_system.h"

#include <armvirt/pgiter.h>

enum { LEVELS = 4 };

/* Descriptor bits that are no address. */
#define ATTRIBUTES (~ARMVIRT_BITS(47, 12))
#define CONTIGUOUS ARMVIRT_BIT(52)

/* The iteration over one root: "CPU0.TTBR1_EL2" and its like. */
struct root {
    char name[32];
    struct armvirt_walk_env env;
    struct armvirt_regime regime;
    struct armvirt_map_iter it;
    unsigned leaves[LEVELS][2]; /* by level; [1] those in contiguous runs */
};

static void root_begin(struct root *root, struct machine *m, const char *name)
{
    struct armvirt_map_query query = {.what = ARMVIRT_MAP_STAGE1};
    unsigned cpu = (unsigned)(name[3] - '0') % CPUS;
    unsigned el = (unsigned)(name[strlen(name) - 1] - '0');

    memset(root, 0, sizeof(*root));
    snprintf(root->name, sizeof(root->name), "%s", name);
    root->env.mem = armvirt_mem_from_sparse(&m->sparse);
    if (strstr(name, "VTTBR") != NULL) {
        query.what = ARMVIRT_MAP_STAGE2;
        query.last = UINT64_MAX;
        el = 1;
    } else if (strstr(name, "TTBR1") != NULL) {
        query.first = ARMVIRT_BIT(63);
        query.last = UINT64_MAX;
    } else {
        query.last = ARMVIRT_BIT(63) - 1;
    }
    if (armvirt_regime_init(&root->regime, &m->cpu[cpu].vmsa, el) != ARMVIRT_OK ||
        armvirt_map_begin(&root->it, &root->regime, &root->env, &query) != ARMVIRT_OK) {
        fprintf(stderr, "%s: no such tables\n", name);
        exit(2);
    }
}

/* The next leaf is number @n of the range. */
static bool leaf_agrees(struct root *root, const struct records *r, uint64_t n)
{
    const struct armvirt_leaf *leaf;
    struct armvirt_mapping m;
    uint64_t page = strtoull(value_of(r, "page"), NULL, 0);
    uint64_t pa = strtoull(value_of(r, "pa"), NULL, 0);

    if (armvirt_map_next(&root->it, &m) != ARMVIRT_OK || m.kind != ARMVIRT_MAPPING_LEAF) {
        return false;
    }
    leaf = root->it.query.what == ARMVIRT_MAP_STAGE2 ? &m.walk.s2 : &m.walk.s1;
    root->leaves[leaf->level & 3][(leaf->desc[0] & CONTIGUOUS) != 0]++;
    return m.ia == records_number(r, 2, 0) + n * page && m.size_bytes == page &&
           m.walk.pa == pa + n * page && value_is(r, "level", (uint64_t)leaf->level) &&
           value_is(r, "attrs", leaf->desc[0] & ATTRIBUTES) &&
           (leaf->span_log2 > leaf->size_log2) == ((leaf->desc[0] & CONTIGUOUS) != 0);
}

/* range ROOT FIRST LAST -> pa P level L page SIZE n COUNT attrs BITS tbl BITS */
static bool range_agrees(struct root *root, const struct records *r)
{
    uint64_t count = strtoull(value_of(r, "n"), NULL, 0);

    for (uint64_t n = 0; n < count; n++) {
        if (!leaf_agrees(root, r, n)) {
            return false;
        }
    }
    return true;
}

/* "L2:157 L3:262458 L3+cont:1104" names all leaves there are. */
static bool counts_agree(struct root *root, char *text)
{
    for (char *word = strtok(text, " \n"); word != NULL; word = strtok(NULL, " \n")) {
        unsigned level = (unsigned)(word[1] - '0') % LEVELS;
        bool contiguous = strstr(word, "+cont") != NULL;

        if (root->leaves[level][contiguous] != strtoul(strchr(word, ':') + 1, NULL, 10)) {
            return false;
        }
        root->leaves[level][contiguous] = 0;
    }
    for (unsigned i = 0; i < LEVELS; i++) {
        if (root->leaves[i][0] != 0 || root->leaves[i][1] != 0) {
            return false;
        }
    }
    return true;
}

/* Nothing is left, and "# root NAME...: ... leaves COUNTS" says as much. */
static bool root_agrees(struct root *root, const char *directory)
{
    char line[1024], path[PATH_BYTES];
    struct armvirt_mapping m;
    bool agrees = armvirt_map_next(&root->it, &m) == ARMVIRT_END;
    FILE *file;

    path_join(path, directory, "ranges.txt");
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        char *leaves = strstr(line, "leaves ");

        if (strncmp(line, "# root", 6) == 0 && strstr(line, root->name) != NULL && leaves != NULL) {
            agrees = agrees && counts_agree(root, leaves + strlen("leaves "));
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return agrees;
}

static void root_end(struct root *root, const char *directory, struct account *account)
{
    bool good;

    if (root->name[0] == '\0') {
        return;
    }
    good = root_agrees(root, directory);
    account->cases[good ? AGREES : DISAGREES]++;
    if (!good) {
        printf("DISAGREES end of %s\n", root->name);
    }
}

static struct account run_system(const char *data, const char *name, unsigned only)
{
    static struct machine m;
    static struct root root;
    struct account account = {0};
    struct records r;
    char directory[PATH_BYTES];

    system_open(&m, directory, data, name);
    root.name[0] = '\0';
    records_open(&r, directory, "ranges.txt");
    r.name = name;
    while (records_next(&r)) {
        bool good;

        if (!records_is(&r, "range") || strncmp(r.word[1], "CPU", 3) != 0) {
            continue;
        }
        if (strcmp(r.word[1], root.name) != 0) {
            root_end(&root, directory, &account);
            root_begin(&root, &m, r.word[1]);
        }
        good = range_agrees(&root, &r);
        account.cases[good ? AGREES : DISAGREES]++;
        if (!good || only == r.line) {
            print_case(&r, good);
        }
    }
    root_end(&root, directory, &account);
    fclose(r.file);
    free(m.bytes);
    return account;
}

int main(int argc, char **argv)
{
    struct account total = {0};

    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY [SYSTEM:LINE]\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        bool one = argc > 2 && argv[2][0] == systems[i][0] && argv[2][1] == ':';
        struct account account =
            run_system(argv[1], systems[i], one ? (unsigned)strtoul(argv[2] + 2, NULL, 10) : 0);

        account_close(&account, systems[i], &total);
    }
    return account_verdict(&total);
}
