/* SPDX-License-Identifier: MIT */
/*
 * Registers as rows: where they lie, which bits software may write, what guards them (IHI0070 6.1
 * to 6.3). The Non-secure, the Secure and the Realm interface have the same registers at the same
 * offsets, the Secure ones 0x8000 further up. Pages 0 and 1 are aliases of each other (6.2).
 */
#include "regs.h"

#include "ecmdq.h"

#define W32 ARMVIRT_W32
#define W64 (ARMVIRT_W64 | ARMVIRT_W32)

/* Who has a register. */
enum {
    NS = 1u << ARMVIRT_SPACE_NONSECURE,
    SE = 1u << ARMVIRT_SPACE_SECURE,
    RE = 1u << ARMVIRT_SPACE_REALM,
    ROOT = 1u << ARMVIRT_SPACE_ROOT,
    ALL = NS | SE | RE,
};

#define ROW32(offset, name, who)                                                                   \
    {                                                                                              \
        offset, 4, SMMU_##name, 32, W32, who                                                       \
    }
#define ROW64(offset, name, who)                                                                   \
    {                                                                                              \
        offset, 8, SMMU_##name, 64, W64, who                                                       \
    }

const struct armvirt_bank_row armvirt_smmu_page_rows[] = {
    ROW32(0x0000, IDR0, ALL),
    ROW32(0x0004, IDR1, ALL),
    ROW32(0x0008, IDR2, ALL),
    ROW32(0x000c, IDR3, ALL),
    ROW32(0x0010, IDR4, ALL),
    ROW32(0x0014, IDR5, NS),
    ROW32(0x0018, IIDR, NS),
    ROW32(0x001c, AIDR, NS | RE),
    ROW32(0x0020, CR0, ALL),
    ROW32(0x0024, CR0ACK, ALL),
    ROW32(0x0028, CR1, ALL),
    ROW32(0x002c, CR2, ALL),
    ROW64(0x0030, S2PII, ALL),
    ROW32(0x003c, INIT, SE),
    ROW32(0x0040, STATUSR, NS),
    ROW32(0x0044, GBPA, ALL),
    ROW32(0x0048, AGBPA, ALL),
    ROW32(0x0050, IRQ_CTRL, ALL),
    ROW32(0x0054, IRQ_CTRLACK, ALL),
    ROW32(0x0060, GERROR, ALL),
    ROW32(0x0064, GERRORN, ALL),
    ROW64(0x0068, GERROR_IRQ_CFG0, ALL),
    ROW32(0x0070, GERROR_IRQ_CFG1, ALL),
    ROW32(0x0074, GERROR_IRQ_CFG2, ALL),
    ROW64(0x0080, STRTAB_BASE, ALL),
    ROW32(0x0088, STRTAB_BASE_CFG, ALL),
    ROW64(0x0090, CMDQ_BASE, ALL),
    ROW32(0x0098, CMDQ_PROD, ALL),
    ROW32(0x009c, CMDQ_CONS, ALL),
    ROW64(0x00a0, EVENTQ_BASE, ALL),
    ROW32(0x00a8, EVENTQ_PROD, ALL),
    ROW32(0x00ac, EVENTQ_CONS, ALL),
    ROW64(0x00b0, EVENTQ_IRQ_CFG0, ALL),
    ROW32(0x00b8, EVENTQ_IRQ_CFG1, ALL),
    ROW32(0x00bc, EVENTQ_IRQ_CFG2, ALL),
    ROW64(0x00c0, PRIQ_BASE, NS | RE),
    ROW32(0x00c8, PRIQ_PROD, NS | RE),
    ROW32(0x00cc, PRIQ_CONS, NS | RE),
    ROW64(0x00d0, PRIQ_IRQ_CFG0, NS | RE),
    ROW32(0x00d8, PRIQ_IRQ_CFG1, NS | RE),
    ROW32(0x00dc, PRIQ_IRQ_CFG2, NS | RE),
    ROW32(0x0100, GATOS_CTRL, NS | SE),
    ROW64(0x0108, GATOS_SID, NS | SE),
    ROW64(0x0110, GATOS_ADDR, NS | SE),
    ROW64(0x0118, GATOS_PAR, NS | SE),
    ROW32(0x0130, MPAMIDR, ALL),
    ROW32(0x0138, GMPAM, ALL),
    ROW32(0x013c, GBPMPAM, NS | SE),
    ROW32(0x0180, VATOS_SEL, NS | SE),
    ROW32(0x0190, IDR6, ALL),
    ROW64(0x0200, DPT_BASE, NS | RE),
    ROW32(0x0208, DPT_BASE_CFG, NS | RE),
    ROW64(0x0210, DPT_CFG_FAR, NS | RE),
    ROW32(0x0220, MECIDR, RE),
    ROW32(0x0228, GMECID, RE),
};
const size_t armvirt_smmu_page_row_count =
    sizeof(armvirt_smmu_page_rows) / sizeof(armvirt_smmu_page_rows[0]);

/* The VATOS pages. */
static const struct armvirt_bank_row vatos_rows[] = {
    ROW32(0x0a00, VATOS_CTRL, NS | SE),
    ROW64(0x0a08, VATOS_SID, NS | SE),
    ROW64(0x0a10, VATOS_ADDR, NS | SE),
    ROW64(0x0a18, VATOS_PAR, NS | SE),
};

const struct armvirt_bank_row armvirt_smmu_root_rows[] = {
    ROW32(0x0000, ROOT_IDR0, ROOT),      ROW32(0x0008, ROOT_IIDR, ROOT),
    ROW32(0x0020, ROOT_CR0, ROOT),       ROW32(0x0024, ROOT_CR0ACK, ROOT),
    ROW64(0x0028, ROOT_GPT_BASE, ROOT),  ROW64(0x0030, ROOT_GPT_BASE_CFG, ROOT),
    ROW64(0x0038, ROOT_GPF_FAR, ROOT),   ROW64(0x0040, ROOT_GPT_CFG_FAR, ROOT),
    ROW64(0x0050, ROOT_TLBI, ROOT),      ROW32(0x0058, ROOT_TLBI_CTRL, ROOT),
    ROW64(0x0060, ROOT_GPT_BASE2, ROOT), ROW32(0x0068, ROOT_GPT_BASE_UPDATE, ROOT),
};
const size_t armvirt_smmu_root_row_count =
    sizeof(armvirt_smmu_root_rows) / sizeof(armvirt_smmu_root_rows[0]);

/* ---- What may be written ------------------------------------------------------------------- */

/* While this is set, a register ignores writes. IHI0070 6.2, 6.3. */
enum guard {
    OPEN,
    SMMUEN,
    CMDQEN,
    EVENTQEN,
    PRIQEN,
    EVENTQ_IRQEN,
    PRIQ_IRQEN,
    GERROR_IRQEN,
    GATOS_RUN,
    VATOS_RUN,
    GPCEN,
};

/* The feature without which a register is RES0. */
enum feature { ANY, MSI, PRI, ATOS, VATOS, MPAM, DPT, S2PI, ROOT_IMPL, RGPTM };

#define F(reg, field) ARMVIRT_SMMU_##reg##_##field
#define WORD(reg)     (UINT32_MAX & ~F(reg, RES0)) /* of a register of 32 bits */
#define CFG2          (F(EVENTQ_IRQ_CFG2, SH) | F(EVENTQ_IRQ_CFG2, MEMATTR))
#define INDEX         ARMVIRT_SMMU_CMDQ_PROD_WR
#define QUEUE_BASE    (F(CMDQ_BASE, RA) | F(CMDQ_BASE, ADDR) | F(CMDQ_BASE, LOG2SIZE))

struct props {
    uint64_t mask;
    uint8_t guard, feature;
};

/* What is not listed is read-only. Fields that depend on features are looked at below. */
static const struct props props[SMMU_REGS] = {
    [SMMU_CR0] = {WORD(CR0), OPEN, ANY},
    [SMMU_CR1] = {WORD(CR1), OPEN, ANY},
    [SMMU_CR2] = {WORD(CR2), SMMUEN, ANY},
    [SMMU_S2PII] = {UINT64_MAX, OPEN, S2PI},
    [SMMU_INIT] = {ARMVIRT_SMMU_S_INIT_INV_ALL, OPEN, ANY},
    [SMMU_GBPA] = {WORD(GBPA), OPEN, ANY},
    [SMMU_IRQ_CTRL] = {WORD(IRQ_CTRL), OPEN, ANY},
    [SMMU_GERRORN] = {WORD(GERROR), OPEN, ANY},
    [SMMU_GERROR_IRQ_CFG0] = {F(EVENTQ_IRQ_CFG0, ADDR), GERROR_IRQEN, MSI},
    [SMMU_GERROR_IRQ_CFG1] = {UINT32_MAX, GERROR_IRQEN, MSI},
    [SMMU_GERROR_IRQ_CFG2] = {CFG2, GERROR_IRQEN, MSI},
    [SMMU_STRTAB_BASE] = {F(STRTAB_BASE, RA) | F(STRTAB_BASE, ADDR), SMMUEN, ANY},
    [SMMU_STRTAB_BASE_CFG] = {WORD(STRTAB_BASE_CFG), SMMUEN, ANY},
    [SMMU_CMDQ_BASE] = {QUEUE_BASE, CMDQEN, ANY},
    [SMMU_CMDQ_PROD] = {INDEX, OPEN, ANY},
    [SMMU_CMDQ_CONS] = {INDEX, CMDQEN, ANY},
    [SMMU_EVENTQ_BASE] = {QUEUE_BASE, EVENTQEN, ANY},
    [SMMU_EVENTQ_PROD] = {INDEX | F(EVENTQ_PROD, OVFLG), EVENTQEN, ANY},
    [SMMU_EVENTQ_CONS] = {INDEX | F(EVENTQ_CONS, OVACKFLG), OPEN, ANY},
    [SMMU_EVENTQ_IRQ_CFG0] = {F(EVENTQ_IRQ_CFG0, ADDR), EVENTQ_IRQEN, MSI},
    [SMMU_EVENTQ_IRQ_CFG1] = {UINT32_MAX, EVENTQ_IRQEN, MSI},
    [SMMU_EVENTQ_IRQ_CFG2] = {CFG2, EVENTQ_IRQEN, MSI},
    [SMMU_PRIQ_BASE] = {QUEUE_BASE, PRIQEN, PRI},
    [SMMU_PRIQ_PROD] = {INDEX | F(EVENTQ_PROD, OVFLG), PRIQEN, PRI},
    [SMMU_PRIQ_CONS] = {INDEX | F(EVENTQ_CONS, OVACKFLG), OPEN, PRI},
    [SMMU_PRIQ_IRQ_CFG0] = {F(EVENTQ_IRQ_CFG0, ADDR), PRIQ_IRQEN, PRI},
    [SMMU_PRIQ_IRQ_CFG1] = {UINT32_MAX, PRIQ_IRQEN, PRI},
    [SMMU_PRIQ_IRQ_CFG2] = {CFG2 | F(PRIQ_IRQ_CFG2, LO), PRIQ_IRQEN, PRI},
    [SMMU_GATOS_CTRL] = {F(GATOS_CTRL, RUN), GATOS_RUN, ATOS},
    [SMMU_GATOS_SID] = {~F(GATOS_SID, RES0), GATOS_RUN, ATOS},
    [SMMU_GATOS_ADDR] = {~F(GATOS_ADDR, RES0), GATOS_RUN, ATOS},
    [SMMU_VATOS_SEL] = {WORD(VATOS_SEL), VATOS_RUN, VATOS},
    [SMMU_VATOS_CTRL] = {F(GATOS_CTRL, RUN), VATOS_RUN, VATOS},
    [SMMU_VATOS_SID] = {~F(GATOS_SID, RES0), VATOS_RUN, VATOS},
    [SMMU_VATOS_ADDR] = {~F(GATOS_ADDR, RES0), VATOS_RUN, VATOS},
    [SMMU_GMPAM] = {WORD(GMPAM), OPEN, MPAM},
    [SMMU_GBPMPAM] = {WORD(GBPMPAM), OPEN, MPAM},
    [SMMU_DPT_BASE] = {F(DPT_BASE, RA) | F(DPT_BASE, BADDR), OPEN, DPT},
    [SMMU_DPT_BASE_CFG] = {WORD(DPT_BASE_CFG), OPEN, DPT},
    [SMMU_DPT_CFG_FAR] = {F(DPT_CFG_FAR, FAULT), OPEN, DPT},
    [SMMU_ROOT_CR0] = {WORD(ROOT_CR0), OPEN, ROOT_IMPL},
    [SMMU_ROOT_GPT_BASE] = {ARMVIRT_SMMU_ROOT_GPT_BASE_ADDR, GPCEN, ROOT_IMPL},
    [SMMU_ROOT_GPT_BASE_CFG] = {~(F(ROOT_GPT_BASE_CFG, RES0) | F(ROOT_GPT_BASE_CFG, L0GPTSZ)),
                                GPCEN, ROOT_IMPL},
    [SMMU_ROOT_GPF_FAR] = {ARMVIRT_SMMU_ROOT_GPF_FAR_FAULT, OPEN, ROOT_IMPL},
    [SMMU_ROOT_GPT_CFG_FAR] = {ARMVIRT_SMMU_ROOT_GPT_CFG_FAR_FAULT, OPEN, ROOT_IMPL},
    [SMMU_ROOT_TLBI] = {~ARMVIRT_SMMU_ROOT_TLBI_RES0, OPEN, RGPTM},
    [SMMU_ROOT_TLBI_CTRL] = {ARMVIRT_SMMU_ROOT_TLBI_CTRL_RUN, OPEN, RGPTM},
    [SMMU_ROOT_GPT_BASE2] = {ARMVIRT_SMMU_ROOT_GPT_BASE2_ADDR, OPEN, ROOT_IMPL},
    [SMMU_ROOT_GPT_BASE_UPDATE] = {ARMVIRT_SMMU_ROOT_GPT_BASE_UPDATE_UPDATE, OPEN, ROOT_IMPL},
};

static bool guarded(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t guard)
{
    static const struct {
        uint8_t reg, bit;
    } guards[] = {
        [SMMUEN] = {SMMU_CR0, F(CR0, SMMUEN)},
        [CMDQEN] = {SMMU_CR0, F(CR0, CMDQEN)},
        [EVENTQEN] = {SMMU_CR0, F(CR0, EVENTQEN)},
        [PRIQEN] = {SMMU_CR0, F(CR0, PRIQEN)},
        [EVENTQ_IRQEN] = {SMMU_IRQ_CTRL, F(IRQ_CTRL, EVENTQ_IRQEN)},
        [PRIQ_IRQEN] = {SMMU_IRQ_CTRL, F(IRQ_CTRL, PRIQ_IRQEN)},
        [GERROR_IRQEN] = {SMMU_IRQ_CTRL, F(IRQ_CTRL, GERROR_IRQEN)},
        [GATOS_RUN] = {SMMU_GATOS_CTRL, F(GATOS_CTRL, RUN)},
        [VATOS_RUN] = {SMMU_VATOS_CTRL, F(GATOS_CTRL, RUN)},
        [GPCEN] = {SMMU_ROOT_CR0, ARMVIRT_SMMU_ROOT_CR0_GPCEN},
    };

    return guard != OPEN && (smmu->reg[bank][guards[guard].reg] & guards[guard].bit) != 0;
}

/* Whether an interface has messages, page requests and so on. */
static bool has_feature(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t feature)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint32_t idr0 = (uint32_t)smmu->reg[bank][SMMU_IDR0]; /* MSI and PRI are at the same bits */

    switch (feature) {
    case MSI:
        return (idr0 & F(IDR0, MSI)) != 0;
    case PRI:
        return (idr0 & F(IDR0, PRI)) != 0;
    case ATOS:
        return armvirt_smmu_has(id, 0, F(IDR0, ATOS));
    case VATOS:
        return armvirt_smmu_has(id, 0, F(IDR0, VATOS)) &&
               (bank != ARMVIRT_SPACE_SECURE || armvirt_smmu_sel2(id));
    case MPAM:
        return armvirt_smmu_has(id, 3, F(IDR3, MPAM));
    case DPT:
        return armvirt_smmu_dpt(id, bank);
    case S2PI:
        return armvirt_smmu_has(id, 3, F(IDR3, S2PI));
    case RGPTM:
        return (id->root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_RGPTM) != 0;
    default:
        return true;
    }
}

static uint64_t unless(bool has, uint64_t bits)
{
    return has ? 0 : bits;
}

/* Bits of CR0 that stand for absent features. IHI0070 6.3.9, 6.3.57, 6.3.128. */
static uint64_t cr0_absent(const struct armvirt_smmu *smmu, uint8_t bank)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    bool secure = bank == ARMVIRT_SPACE_SECURE;
    uint64_t absent = unless(
        armvirt_smmu_has(id, 0, F(IDR0, VMW)) && (!secure || armvirt_smmu_sel2(id)), F(CR0, VMW));

    if (secure) {
        return absent | F(CR0, ATSCHK) | F(CR0, PRIQEN) | F(CR0, DPT_WALK_EN);
    }
    return absent | unless(armvirt_smmu_ats(id, bank), F(CR0, ATSCHK)) |
           unless(has_feature(smmu, bank, PRI), F(CR0, PRIQEN)) |
           unless(armvirt_smmu_dpt(id, bank), F(CR0, DPT_WALK_EN));
}

/* PTM is stored also without IDR0.BTM, where it has no effect. */
static uint64_t cr2_absent(const struct armvirt_smmu *smmu, uint8_t bank)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    bool e2h = bank == ARMVIRT_SPACE_SECURE ? armvirt_smmu_sel2(id)
                                            : armvirt_smmu_has(id, 0, F(IDR0, HYP));
    bool record = bank != ARMVIRT_SPACE_SECURE && armvirt_smmu_has(id, 0, F(IDR0, ATSRECERR));

    return unless(e2h, F(CR2, E2H)) | unless(record, F(CR2, REC_CFG_ATS));
}

/* Errors that cannot occur. IHI0070 6.3.19. */
static uint64_t gerror_absent(const struct armvirt_smmu *smmu, uint8_t bank)
{
    bool msi = has_feature(smmu, bank, MSI), pri = has_feature(smmu, bank, PRI);
    uint64_t messages =
        F(GERROR, MSI_GERROR_ABT_ERR) | F(GERROR, MSI_EVENTQ_ABT_ERR) | F(GERROR, MSI_CMDQ_ABT_ERR);

    return unless(msi, messages) | unless(pri, F(GERROR, PRIQ_ABT_ERR)) |
           unless(msi && pri, F(GERROR, MSI_PRIQ_ABT_ERR)) |
           unless(armvirt_smmu_dpt(&smmu->config.id, bank), F(GERROR, DPT_ERR));
}

/* IHI0070 6.3.11: attributes of tables are guarded by SMMUEN, those of queues by their enables. */
static uint64_t cr1_guarded(const struct armvirt_smmu *smmu, uint8_t bank)
{
    uint64_t cr0 = smmu->reg[bank][SMMU_CR0];
    bool queues = (cr0 & (F(CR0, CMDQEN) | F(CR0, EVENTQEN) | F(CR0, PRIQEN))) != 0;

    return unless(!(cr0 & F(CR0, SMMUEN)), F(CR1, TABLE_SH) | F(CR1, TABLE_OC) | F(CR1, TABLE_IC)) |
           unless(!queues, F(CR1, QUEUE_SH) | F(CR1, QUEUE_OC) | F(CR1, QUEUE_IC));
}

/* Bits of a listed mask that this SMMU does not let be written. */
static uint64_t withheld(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;

    switch (reg) {
    case SMMU_CR0:
        return cr0_absent(smmu, bank);
    case SMMU_CR2:
        return cr2_absent(smmu, bank);
    case SMMU_GERRORN:
        return gerror_absent(smmu, bank);
    case SMMU_GBPA:
        return bank == ARMVIRT_SPACE_REALM ? UINT64_MAX : 0;
    case SMMU_IRQ_CTRL:
        return unless(has_feature(smmu, bank, PRI), F(IRQ_CTRL, PRIQ_IRQEN));
    case SMMU_STRTAB_BASE_CFG:
        return unless(armvirt_smmu_has(id, 0, F(IDR0, ST_LEVEL)),
                      F(STRTAB_BASE_CFG, FMT) | F(STRTAB_BASE_CFG, SPLIT));
    case SMMU_PRIQ_IRQ_CFG0:
    case SMMU_PRIQ_IRQ_CFG1:
        return unless(has_feature(smmu, bank, MSI), UINT64_MAX);
    case SMMU_VATOS_SEL:
        return unless(armvirt_smmu_has(id, 0, F(IDR0, VMID16)), 0xff00);
    default:
        return 0;
    }
}

/* MPAM_NS is where there is another space of PARTIDs. IHI0070 6.3.88, 6.3.156. */
static uint64_t mpam_ns(const struct armvirt_smmu *smmu, uint8_t bank)
{
    bool other = bank < ARMVIRT_SMMU_INTERFACES &&
                 armvirt_smmu_partid_space(&smmu->config.id, bank, true) != bank;

    return other ? F(S_GMPAM, MPAM_NS) : 0;
}

/* Bits that only the Secure and the Realm interface have. */
static uint64_t others_only(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    bool realm = bank == ARMVIRT_SPACE_REALM;

    switch (reg) {
    case SMMU_GMPAM:
    case SMMU_GBPMPAM:
        return mpam_ns(smmu, bank);
    case SMMU_GERROR_IRQ_CFG0:
    case SMMU_EVENTQ_IRQ_CFG0:
    case SMMU_PRIQ_IRQ_CFG0: /* IHI0070 6.3.139, 6.3.148 */
        return realm ? F(R_EVENTQ_IRQ_CFG0, NS) : 0;
    default:
        return 0;
    }
}

/* Bits that only the Secure interface has. */
static uint64_t secure_only(uint8_t reg)
{
    switch (reg) {
    case SMMU_CR0:
        return ARMVIRT_SMMU_S_CR0_NSSTALLD | ARMVIRT_SMMU_S_CR0_SIF;
    case SMMU_GBPA:
        return ARMVIRT_SMMU_S_GBPA_NSCFG;
    case SMMU_GATOS_SID:
    case SMMU_VATOS_SID:
        return ARMVIRT_SMMU_S_GATOS_SID_SSEC;
    case SMMU_GATOS_ADDR:
    case SMMU_VATOS_ADDR:
        return ARMVIRT_SMMU_S_GATOS_ADDR_NS;
    default:
        return 0;
    }
}

uint64_t armvirt_smmu_storable(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    uint64_t mask = props[reg].mask;

    if (mask == 0 || !has_feature(smmu, bank, props[reg].feature)) {
        return 0;
    }
    if (bank == ARMVIRT_SPACE_SECURE) {
        mask |= secure_only(reg);
    }
    mask |= others_only(smmu, bank, reg);
    return mask & ~withheld(smmu, bank, reg);
}

uint64_t armvirt_smmu_writable(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    uint64_t mask =
        guarded(smmu, bank, props[reg].guard) ? 0 : armvirt_smmu_storable(smmu, bank, reg);

    return reg == SMMU_CR1 ? mask & ~cr1_guarded(smmu, bank) : mask;
}

/* ---- Where an access goes ------------------------------------------------------------------ */

struct target {
    struct armvirt_bank_access at;
    uint8_t bank;
};

enum { PAGE_LOG2 = 16, SECURE_OFFSET = 0x8000 };

static bool page_of(uint64_t page, uint64_t base)
{
    return page == base || page == base + 1;
}

/* The page, by number; page 2 is the first optional one. IHI0070 6.1. */
static bool choose_page(const struct armvirt_smmu *smmu, uint64_t page, uint32_t *offset,
                        uint8_t *bank, const struct armvirt_bank_row **rows, size_t *count)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t vatos = 2 + ARMVIRT_GET(F(IDR2, BA_VATOS), id->idr[2]);
    uint64_t s_vatos = 2 + ARMVIRT_GET(ARMVIRT_SMMU_S_IDR2_BA_S_VATOS, id->s_idr[2]);
    uint64_t realm = 2 + ARMVIRT_GET(ARMVIRT_SMMU_ROOT_IDR0_BA_REALM, id->root_idr0);

    *rows = armvirt_smmu_page_rows;
    *count = armvirt_smmu_page_row_count;
    *bank = ARMVIRT_SPACE_NONSECURE;
    if (page <= 1) {
        *bank = *offset >= SECURE_OFFSET ? ARMVIRT_SPACE_SECURE : ARMVIRT_SPACE_NONSECURE;
        *offset &= SECURE_OFFSET - 1;
        return true;
    }
    if (armvirt_smmu_realm(id) && page_of(page, realm)) {
        *bank = ARMVIRT_SPACE_REALM;
        return true;
    }
    *rows = armvirt_smmu_root_rows;
    *count = armvirt_smmu_root_row_count;
    if (smmu->config.root_page != 0 && page == smmu->config.root_page) {
        *bank = ARMVIRT_SPACE_ROOT;
        return true;
    }
    *rows = vatos_rows;
    *count = sizeof(vatos_rows) / sizeof(vatos_rows[0]);
    if (page == vatos && has_feature(smmu, ARMVIRT_SPACE_NONSECURE, VATOS)) {
        return true;
    }
    *bank = ARMVIRT_SPACE_SECURE;
    return armvirt_smmu_secure(id) && page == s_vatos && has_feature(smmu, *bank, VATOS);
}

/* IHI0070 6.2: Secure registers for Secure and Root, Realm ones for Realm and Root. */
static bool space_allows(uint8_t bank, uint8_t space)
{
    return bank == ARMVIRT_SPACE_NONSECURE || space == bank || space == ARMVIRT_SPACE_ROOT;
}

static bool find(const struct armvirt_smmu *smmu, const struct armvirt_smmu_access *access,
                 struct target *target)
{
    uint32_t offset = (uint32_t)(access->offset & ((1u << PAGE_LOG2) - 1));
    const struct armvirt_bank_row *rows;
    size_t count;

    if (!choose_page(smmu, access->offset >> PAGE_LOG2, &offset, &target->bank, &rows, &count) ||
        !space_allows(target->bank, access->space) ||
        (target->bank < ARMVIRT_SMMU_INTERFACES && !armvirt_smmu_interface(smmu, target->bank))) {
        return false;
    }
    if (armvirt_bank_decode(rows, count, offset, access->size, &target->at) != ARMVIRT_BANK_OK) {
        return false;
    }
    return (target->at.row->bank >> target->bank & 1) != 0;
}

/* The bits of the register that an access covers. */
static uint64_t covered(const struct armvirt_bank_access *at)
{
    return ARMVIRT_BITS(at->bits - 1, 0) << at->shift;
}

/* What a register reads; IDR0.STALL_MODEL is what S_CR0.NSSTALLD leaves of it. 6.3.1. */
static uint64_t value_of(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    uint64_t value = smmu->reg[bank][reg];
    struct armvirt_smmu_view view;

    if (reg == SMMU_ROOT_GPT_BASE_CFG) {
        return armvirt_smmu_gpt_cfg(smmu);
    }
    if (reg != SMMU_IDR0 || bank != ARMVIRT_SPACE_NONSECURE) {
        return value;
    }
    view = armvirt_smmu_view_of(smmu, bank);
    return (value & ~(uint64_t)F(IDR0, STALL_MODEL)) |
           ARMVIRT_PUT(F(IDR0, STALL_MODEL),
                       armvirt_smmu_stall_model(&smmu->config.id, bank, view.nsstalld));
}

enum armvirt_status armvirt_smmu_read(const struct armvirt_smmu *smmu,
                                      const struct armvirt_smmu_access *access, uint64_t *value)
{
    struct target target;

    *value = 0;
    if (!find(smmu, access, &target)) {
        return armvirt_smmu_ecmdq_read(smmu, access, value) ? ARMVIRT_OK : ARMVIRT_FAULT;
    }
    *value =
        (value_of(smmu, target.bank, target.at.row->kind) & covered(&target.at)) >> target.at.shift;
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_smmu_write(struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_access *access, uint64_t value)
{
    struct target target;
    uint64_t mask, old;
    uint8_t reg;

    smmu->generation++;
    if (!find(smmu, access, &target)) {
        return armvirt_smmu_ecmdq_write(smmu, access, value) ? ARMVIRT_OK : ARMVIRT_FAULT;
    }
    reg = target.at.row->kind;
    mask = armvirt_smmu_writable(smmu, target.bank, reg) & covered(&target.at);
    old = smmu->reg[target.bank][reg];
    if (mask != 0) {
        armvirt_smmu_put(smmu, target.bank, reg, (old & ~mask) | (value << target.at.shift & mask));
    }
    return ARMVIRT_OK;
}
