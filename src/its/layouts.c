/* SPDX-License-Identifier: MIT */
/* The layouts of entries that come with the library: rows of spec/its.regs (IHI0069 5.2). */
#include <armvirt/its.h>
#include <armvirt/regs/its.h>

#define AT(w, m)                                                                                   \
    {                                                                                              \
        .mask = (m), .word = (w)                                                                   \
    }
#define SHIFTED(w, m, s)                                                                           \
    {                                                                                              \
        .mask = (m), .word = (w), .shift = (s)                                                     \
    }

const struct armvirt_its_layout armvirt_its_layout_own = {
    .dte_bytes = 8,
    .cte_bytes = 8,
    .vte_bytes = 16,
    .ite_bytes = 16,
    .field =
        {
            [ARMVIRT_ITS_DTE_VALID] = AT(0, ARMVIRT_ITS_OWN_DTE_VALID),
            [ARMVIRT_ITS_DTE_ITT] = SHIFTED(0, ARMVIRT_ITS_OWN_DTE_ITT_ADDR, 8),
            [ARMVIRT_ITS_DTE_SIZE] = AT(0, ARMVIRT_ITS_OWN_DTE_SIZE),
            [ARMVIRT_ITS_CTE_VALID] = AT(0, ARMVIRT_ITS_OWN_CTE_VALID),
            [ARMVIRT_ITS_CTE_PE] = AT(0, ARMVIRT_ITS_OWN_CTE_PE),
            [ARMVIRT_ITS_VTE_VALID] = AT(0, ARMVIRT_ITS_OWN_VTE0_VALID),
            [ARMVIRT_ITS_VTE_PE] = AT(0, ARMVIRT_ITS_OWN_VTE0_PE),
            [ARMVIRT_ITS_VTE_VPT] = SHIFTED(0, ARMVIRT_ITS_OWN_VTE0_VPT_ADDR, 16),
            [ARMVIRT_ITS_VTE_VPT_SIZE] = AT(0, ARMVIRT_ITS_OWN_VTE0_VPT_SIZE),
            [ARMVIRT_ITS_VTE_VCONF] = SHIFTED(1, ARMVIRT_ITS_OWN_VTE1_VCONF_ADDR, 16),
            [ARMVIRT_ITS_VTE_DOORBELL] = AT(1, ARMVIRT_ITS_OWN_VTE1_DOORBELL),
            [ARMVIRT_ITS_ITE_VALID] = AT(0, ARMVIRT_ITS_OWN_ITE0_VALID),
            [ARMVIRT_ITS_ITE_PHYSICAL] = AT(0, ARMVIRT_ITS_OWN_ITE0_PHYSICAL),
            [ARMVIRT_ITS_ITE_INTID] = AT(0, ARMVIRT_ITS_OWN_ITE0_INTID),
            [ARMVIRT_ITS_ITE_ICID] = AT(0, ARMVIRT_ITS_OWN_ITE0_ICID),
            [ARMVIRT_ITS_ITE_VPEID] = AT(1, ARMVIRT_ITS_OWN_ITE1_VPEID),
            [ARMVIRT_ITS_ITE_DOORBELL] = AT(1, ARMVIRT_ITS_OWN_ITE1_DOORBELL),
        },
};

const struct armvirt_its_layout armvirt_its_layout_kvm = {
    .dte_bytes = 8,
    .cte_bytes = 8,
    .ite_bytes = 8,
    .flags = ARMVIRT_ITS_LAYOUT_LIST,
    .field =
        {
            [ARMVIRT_ITS_DTE_VALID] = AT(0, ARMVIRT_ITS_KVM_DTE_VALID),
            [ARMVIRT_ITS_DTE_ITT] = SHIFTED(0, ARMVIRT_ITS_KVM_DTE_ITT_ADDR, 8),
            [ARMVIRT_ITS_DTE_SIZE] = AT(0, ARMVIRT_ITS_KVM_DTE_SIZE),
            [ARMVIRT_ITS_DTE_NEXT] = AT(0, ARMVIRT_ITS_KVM_DTE_NEXT),
            [ARMVIRT_ITS_CTE_VALID] = AT(0, ARMVIRT_ITS_KVM_CTE_VALID),
            [ARMVIRT_ITS_CTE_PE] = AT(0, ARMVIRT_ITS_KVM_CTE_PE),
            [ARMVIRT_ITS_CTE_ICID] = AT(0, ARMVIRT_ITS_KVM_CTE_ICID),
            [ARMVIRT_ITS_ITE_INTID] = AT(0, ARMVIRT_ITS_KVM_ITE_INTID),
            [ARMVIRT_ITS_ITE_ICID] = AT(0, ARMVIRT_ITS_KVM_ITE_ICID),
            [ARMVIRT_ITS_ITE_NEXT] = AT(0, ARMVIRT_ITS_KVM_ITE_NEXT),
        },
};

const struct armvirt_its_layout armvirt_its_layout_qemu = {
    .dte_bytes = 8,
    .cte_bytes = 8,
    .vte_bytes = 8,
    .ite_bytes = 12,
    .field =
        {
            [ARMVIRT_ITS_DTE_VALID] = AT(0, ARMVIRT_ITS_QEMU_DTE_VALID),
            [ARMVIRT_ITS_DTE_ITT] = SHIFTED(0, ARMVIRT_ITS_QEMU_DTE_ITT_ADDR, 8),
            [ARMVIRT_ITS_DTE_SIZE] = AT(0, ARMVIRT_ITS_QEMU_DTE_SIZE),
            [ARMVIRT_ITS_CTE_VALID] = AT(0, ARMVIRT_ITS_QEMU_CTE_VALID),
            [ARMVIRT_ITS_CTE_PE] = AT(0, ARMVIRT_ITS_QEMU_CTE_PE),
            [ARMVIRT_ITS_VTE_VALID] = AT(0, ARMVIRT_ITS_QEMU_VTE_VALID),
            [ARMVIRT_ITS_VTE_PE] = AT(0, ARMVIRT_ITS_QEMU_VTE_PE),
            [ARMVIRT_ITS_VTE_VPT] = SHIFTED(0, ARMVIRT_ITS_QEMU_VTE_VPT_ADDR, 16),
            [ARMVIRT_ITS_VTE_VPT_SIZE] = AT(0, ARMVIRT_ITS_QEMU_VTE_VPT_SIZE),
            [ARMVIRT_ITS_ITE_VALID] = AT(0, ARMVIRT_ITS_QEMU_ITE0_VALID),
            [ARMVIRT_ITS_ITE_PHYSICAL] = AT(0, ARMVIRT_ITS_QEMU_ITE0_PHYSICAL),
            [ARMVIRT_ITS_ITE_INTID] = AT(0, ARMVIRT_ITS_QEMU_ITE0_INTID),
            [ARMVIRT_ITS_ITE_ICID] = AT(0, ARMVIRT_ITS_QEMU_ITE0_ICID),
            [ARMVIRT_ITS_ITE_VPEID] = AT(0, ARMVIRT_ITS_QEMU_ITE0_VPEID),
            [ARMVIRT_ITS_ITE_DOORBELL] = AT(1, ARMVIRT_ITS_QEMU_ITE1_DOORBELL),
        },
};
