/* SPDX-License-Identifier: MIT */
/* Offsets of registers (IHI0069 12.8 to 12.19), and where the tables of scripts lie. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GIC_MAP_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GIC_MAP_H

#include "payload/script.h"

#include <stdint.h>

/* The same in GICD, and in the SGI frame of GICR. */
#define GIC_IGROUPR    0x0080u
#define GIC_ISENABLER  0x0100u
#define GIC_ICENABLER  0x0180u
#define GIC_ISPENDR    0x0200u
#define GIC_ICPENDR    0x0280u
#define GIC_ISACTIVER  0x0300u
#define GIC_ICACTIVER  0x0380u
#define GIC_IPRIORITYR 0x0400u
#define GIC_ICFGR      0x0c00u
#define GIC_IGRPMODR   0x0d00u
#define GIC_NSACR      0x0e00u
#define GIC_INMIR      0x0f80u
#define GIC_INMIR_END  0x1000u

#define GICD_CTLR    0x0000u
#define GICD_CTLR_DS 0x40u
#define GICD_TYPER   0x0004u
#define GICD_IIDR    0x0008u
#define GICD_IROUTER 0x6000u
#define GIC_PIDR2    0xffe8u

#define GICR_CTLR      0x0000u
#define GICR_IIDR      0x0004u
#define GICR_TYPER     0x0008u
#define GICR_WAKER     0x0014u
#define GICR_PROPBASER 0x0070u
#define GICR_PENDBASER 0x0078u
#define GICR_SGI       0x10000u /* the SGI frame */

#define GITS_CTLR       0x0000u
#define GITS_IIDR       0x0004u
#define GITS_TYPER      0x0008u
#define GITS_CBASER     0x0080u
#define GITS_CWRITER    0x0088u
#define GITS_CREADR     0x0090u
#define GITS_BASER      0x0100u
#define GITS_TRANSLATER 0x10040u

/* GITS_BASER<n>: one page of 4 KB; GITS_CBASER: one page. */
#define BASER_VALID    (UINT64_C(1) << 63)
#define BASER_INDIRECT (UINT64_C(1) << 62)

#define MAINTENANCE 25 /* the PPI */

/* PPIs with a line. */
enum { WIRES = 4 };
static const uint8_t wires[WIRES] = {
#define W(intid, control) intid,
    SCRIPT_WIRES(W)
#undef W
};

/* SPIs of scripts, and the words of 32 that they lie in. */
enum { SPI_WORDS = 2, SPIS = 12 };
static const uint8_t spi_words[SPI_WORDS] = {2, 7};
static const uint16_t spis[SPIS] = {64, 65, 66, 67, 72, 80, 95, 224, 225, 226, 240, 255};

/* In memory, from SCRIPT_PA on; what takes a page of 64 KB has one. */
#define MEM_CONFIG      0x00000u /* of LPIs */
#define MEM_QUEUE       0x08000u
#define MEM_DEVICES_L1  0x09000u /* level 1 of a device table with two */
#define MEM_ITTS        0x0b000u
#define MEM_PENDING     0x10000u /* of each PE */
#define MEM_DEVICES     0x50000u
#define MEM_COLLECTIONS 0x60000u
#define MEM_LONG_ITT    0x80000u /* of the last device */
#define QUEUE_BYTES     0x1000u
#define TABLE_BYTES     0x1000u /* of a page, those that are used */
#define ITT_BYTES       0x200u
#define ITE_BYTES       12u
#define PENDING_BYTES   0x10000u

/* Each event of each device has an LPI of its own. EventIDs of the last device are INTIDs. */
enum { FIRST_LPI = 8192, LPIS = 128, LPI_BITS = 14, DEVICES = 4, COLLECTIONS = 8 };
enum { EVENT_BITS = 5, EVENTS = 1 << EVENT_BITS };

#endif
