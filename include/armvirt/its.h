/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The Interrupt Translation Service (IHI0069 5.2, 5.3): where an MSI goes.
 *
 * An ITS takes commands from a queue in memory and keeps its tables there; an MSI, which is an
 * EventID that a device writes, becomes an LPI of a redistributor, or a virtual LPI of a vPE. LPIs
 * go to a sink (armvirt/lpi.h): an armvirt GIC, or anybody else's. Several ITSes may share one.
 *
 * The entries of its tables are laid out as a struct armvirt_its_layout says, which is data:
 * armvirt's own, that of KVM's saved tables, that of QEMU's ITS, or a caller's. What the tables and
 * the queue hold is never trusted: whatever the bytes are, an MSI ends at an LPI or is dropped with
 * a reason, and a command is done or ends with an error, in a bounded number of memory accesses.
 *
 * An ITS lives in storage of the caller and holds no pointer into itself.
 */
#ifndef ARMVIRT_ITS_H
#define ARMVIRT_ITS_H

#include <armvirt/base.h>
#include <armvirt/lpi.h>
#include <armvirt/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Why an MSI or a command came to nothing: name, kind of the architecture's error number, words. An
 * error number is 0x01ccnn: cc the command (0x05 for CLEAR), nn the kind; kind 0 has no number.
 * @spec{IHI0069 5.3}
 */
#define ARMVIRT_ITS_REASONS(X)                                                                     \
    X(NONE, 0x00, "nothing is wrong")                                                              \
    X(DISABLED, 0x00, "GITS_CTLR.Enabled is 0")                                                    \
    X(OPCODE, 0x00, "there is no such command")                                                    \
    X(DEVICE_RANGE, 0x01, "the DeviceID is beyond GITS_TYPER.Devbits or the device table")         \
    X(ITT_SIZE, 0x02, "more bits of EventID than GITS_TYPER.ID_bits has")                          \
    X(PE_RANGE, 0x02, "RDbase names no redistributor")                                             \
    X(COLLECTION_RANGE, 0x03, "the ICID is beyond GITS_TYPER.CIDbits or the collection table")     \
    X(DEVICE_UNMAPPED, 0x04, "no MAPD maps the device")                                            \
    X(EVENT_RANGE, 0x05, "the EventID is beyond the size that MAPD gave")                          \
    X(INTID_RANGE, 0x06, "the INTID is not that of an LPI")                                        \
    X(EVENT_UNMAPPED, 0x07, "no MAPTI or MAPI maps the event")                                     \
    X(EVENT_VIRTUAL, 0x08, "the event is mapped to a virtual interrupt")                           \
    X(COLLECTION_UNMAPPED, 0x09, "no MAPC maps the collection")                                    \
    X(ENTRY_INVALID, 0x10, "the entry of the event holds no possible mapping")                     \
    X(VPE_RANGE, 0x11, "the vPEID is beyond those that there are, or the vPE table")               \
    X(VPT_SIZE, 0x12, "the size of the virtual pending table is not possible")                     \
    X(VINTID_RANGE, 0x13, "the virtual INTID is not that of an LPI of the vPE")                    \
    X(VPE_UNMAPPED, 0x14, "no VMAPP maps the vPE")                                                 \
    X(EVENT_PHYSICAL, 0x15, "the event is mapped to a physical interrupt")                         \
    X(EVENT_VPE_UNMAPPED, 0x16, "no VMAPP maps the vPE of the event")                              \
    X(COMMAND_VPE_UNMAPPED, 0x17, "no VMAPP maps the vPE that the command names")                  \
    X(ABORT, 0x00, "memory aborted the access to a table or the queue")                            \
    X(RETRY, 0x00, "memory asked to retry")

/** The numbers of ARMVIRT_ITS_REASONS: ARMVIRT_ITS_NONE, 0, and so on. */
enum armvirt_its_reason {
#define ARMVIRT_ITS_REASON_ENUM(name, kind, words) ARMVIRT_ITS_##name,
    ARMVIRT_ITS_REASONS(ARMVIRT_ITS_REASON_ENUM)
#undef ARMVIRT_ITS_REASON_ENUM
        ARMVIRT_ITS_REASON_COUNT
};

/** The commands: name, opcode, fields that tracing and printing show. @spec{IHI0069 5.3} */
#define ARMVIRT_ITS_COMMANDS(X)                                                                    \
    X(MOVI, 0x01, "device event collection")                                                       \
    X(INT, 0x03, "device event")                                                                   \
    X(CLEAR, 0x04, "device event")                                                                 \
    X(SYNC, 0x05, "rdbase")                                                                        \
    X(MAPD, 0x08, "device size itt valid")                                                         \
    X(MAPC, 0x09, "collection rdbase valid")                                                       \
    X(MAPTI, 0x0a, "device event intid collection")                                                \
    X(MAPI, 0x0b, "device event collection")                                                       \
    X(INV, 0x0c, "device event")                                                                   \
    X(INVALL, 0x0d, "collection")                                                                  \
    X(MOVALL, 0x0e, "rdbase rdbase2")                                                              \
    X(DISCARD, 0x0f, "device event")                                                               \
    X(VMOVI, 0x21, "device event vpe doorbell_valid doorbell")                                     \
    X(VMOVP, 0x22, "vpe rdbase sequence its_list")                                                 \
    X(VSGI, 0x23, "vpe sgi priority group enable clear")                                           \
    X(VSYNC, 0x25, "vpe")                                                                          \
    X(VMAPP, 0x29, "vpe rdbase vpt vpt_size valid")                                                \
    X(VMAPTI, 0x2a, "device event vpe vintid doorbell")                                            \
    X(VMAPI, 0x2b, "device event vpe doorbell")                                                    \
    X(VINVALL, 0x2d, "vpe")                                                                        \
    X(INVDB, 0x2e, "vpe")

/** The opcodes of ARMVIRT_ITS_COMMANDS: ARMVIRT_ITS_MOVI and so on. */
enum armvirt_its_opcode {
#define ARMVIRT_ITS_OPCODE_ENUM(name, opcode, fields) ARMVIRT_ITS_##name = (opcode),
    ARMVIRT_ITS_COMMANDS(ARMVIRT_ITS_OPCODE_ENUM)
#undef ARMVIRT_ITS_OPCODE_ENUM
};

/** @name Layout of entries
 * @{ */

/** The fields of the entries of all tables. */
enum armvirt_its_field_id {
    ARMVIRT_ITS_DTE_VALID,
    ARMVIRT_ITS_DTE_ITT,  /**< Address of the interrupt translation table. */
    ARMVIRT_ITS_DTE_SIZE, /**< Bits of EventID minus 1. */
    ARMVIRT_ITS_DTE_NEXT, /**< Distance to the next valid entry; written by saving only. */
    ARMVIRT_ITS_CTE_VALID,
    ARMVIRT_ITS_CTE_PE,   /**< Number of the PE. */
    ARMVIRT_ITS_CTE_ICID, /**< The collection, in tables that are saved as a list. */
    ARMVIRT_ITS_VTE_VALID,
    ARMVIRT_ITS_VTE_PE,       /**< Number of the PE. */
    ARMVIRT_ITS_VTE_VPT,      /**< Address of the virtual pending table. */
    ARMVIRT_ITS_VTE_VPT_SIZE, /**< Bits of vINTID minus 1. */
    ARMVIRT_ITS_VTE_VCONF,    /**< Address of the virtual configuration table (GICv4.1). */
    ARMVIRT_ITS_VTE_DOORBELL, /**< INTID of the default doorbell (GICv4.1). */
    ARMVIRT_ITS_ITE_VALID,    /**< Without it an entry is valid if its INTID is not 0. */
    ARMVIRT_ITS_ITE_PHYSICAL, /**< Without it all are physical. */
    ARMVIRT_ITS_ITE_INTID,    /**< Physical or virtual INTID. */
    ARMVIRT_ITS_ITE_ICID,
    ARMVIRT_ITS_ITE_VPEID,
    ARMVIRT_ITS_ITE_DOORBELL, /**< INTID of the doorbell. */
    ARMVIRT_ITS_ITE_NEXT,     /**< Distance to the next valid entry; written by saving only. */
    ARMVIRT_ITS_FIELDS
};

/** Where a field lies. An absent one has mask 0 and reads as 0. */
struct armvirt_its_field {
    uint64_t mask; /**< Its bits in a doubleword, contiguous. */
    uint8_t word;  /**< Which doubleword of the entry, from 0. */
    uint8_t shift; /**< The value is the field's bits shifted left by this. */
    uint16_t reserved;
    uint32_t reserved2;
};

/** The collection table is saved as a list, not by number (armvirt_its_tables_save()). */
#define ARMVIRT_ITS_LAYOUT_LIST 0x1u

/** How entries look in memory: little-endian, 4 to 16 bytes, a multiple of 4. */
struct armvirt_its_layout {
    uint8_t dte_bytes; /**< Device table. */
    uint8_t cte_bytes; /**< Collection table. */
    uint8_t vte_bytes; /**< vPE table; 0: there is none. */
    uint8_t ite_bytes; /**< Interrupt translation tables. */
    uint32_t flags;    /**< ARMVIRT_ITS_LAYOUT_LIST. */
    struct armvirt_its_field field[ARMVIRT_ITS_FIELDS];
};

/** armvirt's own: 8, 8, 16 and 16 bytes, with room for everything. */
ARMVIRT_API extern const struct armvirt_its_layout armvirt_its_layout_own;
/** KVM's ITS table ABI, revision 0: 8 bytes each, no virtual LPIs. */
ARMVIRT_API extern const struct armvirt_its_layout armvirt_its_layout_kvm;
/** QEMU's: 8, 8, 8 and 12 bytes, no GICv4.1. */
ARMVIRT_API extern const struct armvirt_its_layout armvirt_its_layout_qemu;
/** @} */

/** A command that failed, as armvirt_its_ops::error gets it. */
struct armvirt_its_error {
    uint32_t code;  /**< The architecture's error number, 0x01ccnn; 0 if it has none. */
    uint8_t reason; /**< enum armvirt_its_reason. */
    bool stalled;   /**< The queue stalls at the command. */
    bool sei;       /**< A system error is to be signalled: GITS_TYPER.SEIS. */
    uint8_t reserved;
    uint32_t offset;  /**< Of the command in the queue, in bytes. */
    uint64_t word[4]; /**< The command; 0 if it could not be read. */
};

/** What an ITS calls. */
struct armvirt_its_ops {
    /** A command failed. May be NULL. */
    void (*error)(void *ctx, const struct armvirt_its_error *error);
};

/** @name Choices in which real implementations differ (armvirt_its_config::options)
 * @{ */
/** A command with an error stalls the queue; without it, it is skipped. */
#define ARMVIRT_ITS_OPT_STALL 0x1u
/** A command that meets an external abort is skipped; without it, the queue stalls. */
#define ARMVIRT_ITS_OPT_SKIP_ABORT 0x2u
/** MAPTI, MAPI and their virtual forms leave an event alone that is mapped; without it, they map it
 * anew. */
#define ARMVIRT_ITS_OPT_KEEP_MAPPED 0x4u
/** GITS_STATUSR records accesses that break a rule. */
#define ARMVIRT_ITS_OPT_STATUSR 0x8u
/** A write of GITS_CBASER sets GITS_CWRITER to 0 too, not GITS_CREADR alone. */
#define ARMVIRT_ITS_OPT_CLEAR_CWRITER 0x10u
/** GITS_CTLR.ImDe, which does nothing, keeps what is written; without it, it reads as 0. */
#define ARMVIRT_ITS_OPT_IMDE 0x20u
/** INVALL is for the LPIs of all redistributors, whatever collection it names; without it, for
 * those of the redistributor of the collection. Work: all PEs. */
#define ARMVIRT_ITS_OPT_INVALL_ALL 0x40u
/** @} */

/** An ITS, by its identification registers. */
struct armvirt_its_config {
    /** GITS_TYPER: Virtual, Devbits, ID_bits, SEIS, PTA, HCC, CIL, CIDbits, VMOVP, MPAM, VSGI,
     * VMAPP, UMSI, UMSIirq and so on switch what they stand for. ITT_entry_size is made of the
     * layout. */
    uint64_t gits_typer;
    uint32_t gits_iidr;    /**< GITS_IIDR. */
    uint32_t gits_mpamidr; /**< GITS_MPAMIDR. */
    uint32_t pidr2;        /**< GITS_PIDR2: architecture revision. */
    uint32_t options;      /**< ARMVIRT_ITS_OPT_*. */
    /** GITS_BASER<n> after a reset: Type, and Indirect where two levels are possible, count;
     * Entry_Size is made of the layout. All zero: device table, collection table and, with
     * GITS_TYPER.Virtual, vPE table, each of one or two levels. */
    uint64_t gits_baser[8];
    uint8_t page_sizes;  /**< Of GITS_BASER: bit 0 4 KB, bit 1 16 KB, bit 2 64 KB; 0: all. */
    uint8_t lpi_bits;    /**< Bits of INTID, GICD_TYPER.IDbits + 1: 14 to 24. */
    uint8_t vpe_bits;    /**< Bits of vPEID: 1 to 16; 0: 16. */
    uint8_t space;       /**< Address space of tables and queue, enum armvirt_space. */
    uint32_t pes;        /**< Number of PEs, 1 to 65535. */
    uint64_t rdbase_pa;  /**< With GITS_TYPER.PTA: address of redistributor 0 in bytes; */
    uint64_t rd_bytes;   /**< and from one to the next, in bytes; a multiple of 64 KB, not 0. */
    uint32_t cache_log2; /**< The translation cache has 2^this entries, up to 24; 0: none. */
    const struct armvirt_its_layout *layout; /**< Of entries; copied. NULL: armvirt's own. */
    struct armvirt_mem mem;                  /**< Memory with tables and queue. */
    struct armvirt_lpi_sink sink;            /**< Where LPIs go; kept. */
    const struct armvirt_its_ops *ops;       /**< May be NULL. */
    void *ctx;                               /**< For `ops`. */
    const struct armvirt_trace *trace;       /**< May be NULL. */
};

/** An ITS; in storage of the caller. */
struct armvirt_its;

/** Alignment of the storage, in bytes. */
#define ARMVIRT_ITS_ALIGN 16u

/** Upper bound of armvirt_its_size(), as a constant expression. */
#define ARMVIRT_ITS_SIZE(cache_log2)                                                               \
    (3072u + ((cache_log2) != 0 ? ((size_t)36 << (cache_log2)) + 4096u : 0u))

/**
 * Storage that an ITS needs.
 *
 * @param config  What it will be.
 * @returns       Bytes; 0 if armvirt_its_init() would refuse the configuration.
 */
ARMVIRT_API size_t armvirt_its_size(const struct armvirt_its_config *config);

/**
 * Make an ITS, in the state that a reset leaves.
 *
 * @param storage     Aligned to ARMVIRT_ITS_ALIGN.
 * @param size_bytes  Its size, armvirt_its_size() at least.
 * @param config      What it is. Operations, contexts and the trace are kept.
 * @param[out] its  The ITS; written on success only. It is at @p storage.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_INVAL    The configuration contradicts itself, or the storage is not aligned.
 * @retval ARMVIRT_E_NOSPACE  The storage is too small.
 */
ARMVIRT_API enum armvirt_status armvirt_its_init(void *storage, size_t size_bytes,
                                                 const struct armvirt_its_config *config,
                                                 struct armvirt_its **its);

/**
 * Reset all registers; tables in memory stay as they are. @spec{IHI0069 5.2, 12.19}
 *
 * @param its  The ITS.
 */
ARMVIRT_API void armvirt_its_reset(struct armvirt_its *its);

/** @name Registers and messages
 * @{ */

/** One access to the frames of an ITS. */
struct armvirt_its_access {
    /** From ITS_base: control frame, at 0x10000 the translation frame, at 0x20000 that of virtual
     * SGIs (GITS_TYPER.VSGI). */
    uint32_t offset;
    uint8_t size;       /**< 1, 2, 4 or 8 bytes. */
    uint32_t device_id; /**< Of who writes GITS_TRANSLATER. */
};

/**
 * Read a register. Every offset and width is safe.
 *
 * @param its     The ITS.
 * @param access  Where.
 * @param[out] value  The value; 0 with ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register, or not of that width.
 * @spec{IHI0069 12.18, 12.19}
 */
ARMVIRT_API enum armvirt_status
armvirt_its_read(struct armvirt_its *its, const struct armvirt_its_access *access, uint64_t *value);

/**
 * Write a register. Commands are left to armvirt_its_step(). A write of GITS_TRANSLATER is a
 * message, as armvirt_its_msi() sends one.
 *
 * @param its     The ITS.
 * @param access  Where.
 * @param value   The value; bits beyond the width are ignored.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_FAULT    No such register, or not of that width.
 * @retval ARMVIRT_E_AGAIN  GITS_TRANSLATER only: memory asked to retry.
 * @spec{IHI0069 12.18, 12.19}
 */
ARMVIRT_API enum armvirt_status
armvirt_its_write(struct armvirt_its *its, const struct armvirt_its_access *access, uint64_t value);

/**
 * A device writes an EventID to GITS_TRANSLATER. Work: with a hit of the cache, no memory access of
 * the ITS; else at most 8, of tables with entries of 8 and 16 bytes at most 5.
 *
 * @param its     The ITS.
 * @param device  DeviceID.
 * @param event   EventID.
 * @retval ARMVIRT_OK       The LPI went to the sink.
 * @retval ARMVIRT_FAULT    It was dropped; armvirt_its_translate() says why.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry; send it again.
 * @spec{IHI0069 5.2.11}
 */
ARMVIRT_API enum armvirt_status armvirt_its_msi(struct armvirt_its *its, uint32_t device,
                                                uint32_t event);

/**
 * Run commands from the queue.
 *
 * @param its     The ITS.
 * @param budget  Most commands to run; each costs a bounded number of memory accesses.
 * @retval ARMVIRT_OK       The queue is empty, stalled or off: nothing is left to do.
 * @retval ARMVIRT_E_AGAIN  Call again: the budget ran out, or memory asked to retry.
 * @spec{IHI0069 5.2.9, 5.3}
 */
ARMVIRT_API enum armvirt_status armvirt_its_step(struct armvirt_its *its, uint32_t budget);
/** @} */

/** @name Looking, without changing anything
 * @{ */

/** What an entry was read for. */
enum armvirt_its_step_kind {
    ARMVIRT_ITS_STEP_DEVICE_L1 = 0,     /**< Level 1 entry of the device table. */
    ARMVIRT_ITS_STEP_DEVICE = 1,        /**< Entry of the device table. */
    ARMVIRT_ITS_STEP_EVENT = 2,         /**< Entry of the interrupt translation table. */
    ARMVIRT_ITS_STEP_COLLECTION_L1 = 3, /**< Level 1 entry of the collection table. */
    ARMVIRT_ITS_STEP_COLLECTION = 4,    /**< Entry of the collection table. */
    ARMVIRT_ITS_STEP_VPE_L1 = 5,        /**< Level 1 entry of the vPE table. */
    ARMVIRT_ITS_STEP_VPE = 6,           /**< Entry of the vPE table. */
};

/** An entry that was read. */
struct armvirt_its_entry {
    uint64_t pa;      /**< Its address in bytes. */
    uint64_t word[2]; /**< What it holds. */
    uint8_t kind;     /**< enum armvirt_its_step_kind. */
    uint8_t bytes;    /**< Its size; 0 for a collection that the ITS holds itself. */
};

/** Most entries that a translation reads. */
#define ARMVIRT_ITS_STEPS 5

/** Where an MSI goes, and what lies on the way. */
struct armvirt_its_route {
    uint32_t device;        /**< DeviceID. */
    uint32_t event;         /**< EventID. */
    uint8_t reason;         /**< enum armvirt_its_reason; the rest is what was found before. */
    bool physical;          /**< The interrupt is physical. */
    uint8_t event_bits;     /**< Bits of EventID of the device; 0: not found. */
    uint8_t steps;          /**< Number of entries that were read. */
    uint32_t intid;         /**< Physical or virtual INTID. */
    uint32_t icid;          /**< Of a physical one: its collection. */
    uint32_t pe;            /**< Of a physical one: number of its PE. */
    uint32_t doorbell;      /**< Of a virtual one: INTID of its doorbell, 1023 for none. */
    uint64_t itt_pa;        /**< Address of the interrupt translation table. */
    struct armvirt_vpe vpe; /**< Of a virtual one: its vPE; vpeid is there before the rest. */
    struct armvirt_its_entry step[ARMVIRT_ITS_STEPS]; /**< They, in order. */
};

/**
 * Where an MSI would go, whether the ITS is enabled or not. Reads the tables, not the cache.
 *
 * @param its     The ITS.
 * @param device  DeviceID.
 * @param event   EventID.
 * @param[out] route  The way.
 * @retval ARMVIRT_OK       It arrives.
 * @retval ARMVIRT_FAULT    It does not; see armvirt_its_route::reason.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry.
 */
ARMVIRT_API enum armvirt_status armvirt_its_translate(const struct armvirt_its *its,
                                                      uint32_t device, uint32_t event,
                                                      struct armvirt_its_route *route);

/** Where an iteration is; start with all zero. */
struct armvirt_its_cursor {
    uint64_t device; /**< DeviceID that comes next. */
    uint64_t event;  /**< EventID that comes next. */
};

/**
 * The next event that is mapped, in the order of DeviceID and EventID.
 *
 * @param its     The ITS. What its tables hold may change between calls.
 * @param[in,out] cursor  Where to go on.
 * @param budget  Most entries to look at.
 * @param[out] route  Its way; armvirt_its_route::reason may say that it leads nowhere.
 * @retval ARMVIRT_OK       There is one.
 * @retval ARMVIRT_END      There are no more.
 * @retval ARMVIRT_E_AGAIN  Call again: the budget ran out, or memory asked to retry.
 */
ARMVIRT_API enum armvirt_status armvirt_its_next(const struct armvirt_its *its,
                                                 struct armvirt_its_cursor *cursor, uint32_t budget,
                                                 struct armvirt_its_route *route);

/**
 * The PE of a collection.
 *
 * @param its   The ITS.
 * @param icid  The collection.
 * @param[out] pe  Number of the PE; 0 unless ARMVIRT_OK.
 * @retval ARMVIRT_OK       It is mapped.
 * @retval ARMVIRT_FAULT    It is not.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry.
 */
ARMVIRT_API enum armvirt_status armvirt_its_collection(const struct armvirt_its *its, uint32_t icid,
                                                       uint32_t *pe);
/** @} */

/** @name Saved tables
 * A layout may hold more when tables are saved than the ITS keeps up to date: how far it is to the
 * next valid entry, and the collections as a list. KVM's does; docs/snapshot.md says in which order
 * all is saved and restored. With other layouts these calls have nothing to do.
 * @{ */

/** How far saving or taking over has come; start with all zero. */
struct armvirt_its_tables {
    struct armvirt_its_cursor at;       /**< Entry that comes next. */
    struct armvirt_its_cursor previous; /**< Last valid one. */
    uint8_t phase;                      /**< What is being done. */
    bool any;                           /**< There was a valid device. */
    bool any_event;                     /**< There was a valid event of the device. */
};

/**
 * Complete the tables in memory for those who read them in their saved form. The ITS must be
 * disabled, and before it is enabled again the tables must be taken over.
 *
 * @param its     The ITS.
 * @param[in,out] tables  Where to go on.
 * @param budget  Most entries to look at.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_AGAIN  Call again: the budget ran out, or memory asked to retry.
 * @retval ARMVIRT_FAULT    Memory aborted.
 * @retval ARMVIRT_E_BUSY   The ITS is enabled.
 */
ARMVIRT_API enum armvirt_status armvirt_its_tables_save(struct armvirt_its *its,
                                                        struct armvirt_its_tables *tables,
                                                        uint32_t budget);

/**
 * Take over tables in their saved form, after the registers were restored and before GITS_CTLR is.
 *
 * @param its     The ITS.
 * @param[in,out] tables  Where to go on.
 * @param budget  Most entries to look at.
 * @retval ARMVIRT_OK        Done.
 * @retval ARMVIRT_E_AGAIN   Call again: the budget ran out, or memory asked to retry.
 * @retval ARMVIRT_FAULT     Memory aborted.
 * @retval ARMVIRT_E_FORMAT  The list names a collection twice, or one beyond the table.
 * @retval ARMVIRT_E_BUSY    The ITS is enabled.
 */
ARMVIRT_API enum armvirt_status armvirt_its_tables_load(struct armvirt_its *its,
                                                        struct armvirt_its_tables *tables,
                                                        uint32_t budget);
/** @} */

/** The model of an ITS in a snapshot. */
#define ARMVIRT_ITS_SNAPSHOT_MODEL UINT32_C(2)

/** @name Snapshots
 * The registers, and the collections that the ITS holds itself; the format is in docs/snapshot.md.
 * The tables are in memory.
 * @{ */

/**
 * Save.
 *
 * @param its  The ITS.
 * @param buf  Receives the snapshot; may be NULL if @p cap is 0.
 * @param cap  Bytes of @p buf.
 * @param[out] len  Receives the size.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_NOSPACE  @p cap is too small; @p len says what is needed.
 */
ARMVIRT_API enum armvirt_status armvirt_its_save(const struct armvirt_its *its, void *buf,
                                                 size_t cap, size_t *len);

/**
 * Load. Nothing changes unless all is well.
 *
 * @param its  An ITS of the configuration that was saved.
 * @param buf  The snapshot.
 * @param len  Its size.
 * @retval ARMVIRT_OK        Done.
 * @retval ARMVIRT_E_FORMAT  Damaged, newer than this library, or of another configuration.
 */
ARMVIRT_API enum armvirt_status armvirt_its_load(struct armvirt_its *its, const void *buf,
                                                 size_t len);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
