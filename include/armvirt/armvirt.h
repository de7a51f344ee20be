/* SPDX-License-Identifier: MIT */
/**
 * @file
 * All of libarmvirt. The rules that hold for every call stand in armvirt/base.h.
 */
#ifndef ARMVIRT_ARMVIRT_H
#define ARMVIRT_ARMVIRT_H

#include <armvirt/abort.h>
#include <armvirt/at.h>
#include <armvirt/base.h>
#include <armvirt/debug.h>
#include <armvirt/exc.h>
#include <armvirt/exc_guest.h>
#include <armvirt/fault.h>
#include <armvirt/gic.h>
#include <armvirt/gic_kvm.h>
#include <armvirt/gic_lr.h>
#include <armvirt/gic_why.h>
#include <armvirt/insn.h>
#include <armvirt/its.h>
#include <armvirt/lpi.h>
#include <armvirt/mem.h>
#include <armvirt/pgbuild.h>
#include <armvirt/pgiter.h>
#include <armvirt/pgtable.h>
#include <armvirt/pmcg.h>
#include <armvirt/smmu.h>
#include <armvirt/smmu_ats.h>
#include <armvirt/smmu_config.h>
#include <armvirt/snapshot.h>
#include <armvirt/syndrome.h>
#include <armvirt/sysreg.h>
#include <armvirt/tlb.h>
#include <armvirt/trace.h>
#include <armvirt/version.h>
#include <armvirt/vsmmu.h>

#endif
