//! The procedures in which the families of dialects differ.

mod contract;
mod fibocom;
#[cfg(test)]
pub(super) mod fourth;
mod gsm;
mod lte;
mod piece_commands;
mod stored_name;

pub(super) use contract::HostFamily;
pub(super) use piece_commands::{FetchState, PieceCommands};

use crate::dialect::Family;

/// Returns the procedures of a family.
pub(super) fn of(family: Family) -> &'static dyn HostFamily {
    match family {
        Family::Lte => &lte::Lte,
        Family::Gsm => &gsm::Gsm,
        Family::Fibocom => &fibocom::Fibocom,
        #[cfg(test)]
        Family::Test => &fourth::Fourth,
    }
}
