//! The parts that the C libraries of libqftp share. No function of it is exported: each library says which ones it has.
//!
//! | file | content |
//! | --- | --- |
//! | [`status`] | `qftp_status` and its texts |
//! | [`error`] | why a call failed, and `qftp_error` |
//! | [`callback`] | functions of the program that more than one library calls |
//! | [`ptr`] | every place that looks through a pointer of C |
//! | [`handle`] | the value behind an opaque pointer: busy flag, panic guard, freeing |
//! | [`versioned_struct`] | structs that can grow |
//! | [`text_argument`] | texts and paths that the program gives |
//! | [`convert`] | texts in the arrays of structs |
//! | [`opening`] | calls that make a handle |
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(
    unsafe_code,
    reason = "the blocks stand in ptr, handle and versioned_struct"
)]
#![warn(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]
#![allow(
    clippy::missing_errors_doc,
    reason = "a Fault says itself what does not fit"
)]
#![allow(non_camel_case_types, reason = "types have the names that C sees")]

extern crate alloc;

pub mod callback;
pub mod convert;
pub mod error;
pub mod handle;
pub mod opening;
pub mod ptr;
pub mod status;
pub mod text_argument;
pub mod versioned_struct;
