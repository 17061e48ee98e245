//! The procedures in which the families of modules differ: one trait, one file a family.
//!
//! Facts that differ are fields of [`Dialect`](crate::dialect::Dialect). What a family does differently is a method of
//! [`ModuleFamily`]; every method is required, so that the compiler names what a new family lacks.

mod contract;
mod fibocom;
#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod fourth;
mod gsm;
mod lte;
mod quirks;

pub(super) use contract::{FtpResources, ModuleFamily};
pub(super) use fibocom::FibocomState;
pub(super) use gsm::GsmState;

use crate::dialect::Family;

/// Returns the procedures of a family.
pub(super) fn of(family: Family) -> &'static dyn ModuleFamily {
    match family {
        Family::Lte => &lte::LteModule,
        Family::Gsm => &gsm::GsmModule,
        Family::Fibocom => &fibocom::FibocomModule,
        #[cfg(test)]
        Family::Test => &fourth::FourthModule,
    }
}
