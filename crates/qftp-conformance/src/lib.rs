//! Statements of the manuals about the FTP AT commands of cellular modules, as data that a program can play at a module.
//!
//! - [`statement`]: each statement of a manual, with its clause and what shows it;
//! - [`conversation`]: conversations between a host and a module as text, and [`conversation::play`], which types one
//!   at anything that is a [`conversation::play::Terminal`];
//! - [`plan`]: the statements and tables of a dialect as [`plan::Case`]s, each with a name to select it by;
//! - [`quirk`]: the conversations of a module with a quirk.
//!
//! `qftp check` plays them at a module on a port; the tests of `qftp` play them at its engines. This crate has no
//! port and no clock. It serves that program and those tests: no promise is made about its interface.

#![allow(
    clippy::missing_panics_doc,
    reason = "the files are a part of this crate, and its tests read them all"
)]

pub mod conversation;
pub mod plan;
pub mod quirk;
pub mod statement;

/// The files of `data`, as `build.rs` lists them.
mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}
