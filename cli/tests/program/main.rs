//! The program as it is typed: its output, its exit codes, and that no password leaves it.

#![cfg(unix)]

mod accounts;
mod ascii;
mod completions;
mod dialects;
mod dialogue;
mod endings;
mod field;
mod files;
mod line;
#[cfg(target_os = "linux")]
mod memory;
mod records;
mod running;
mod scripted;
mod shell;
mod store;
#[cfg(target_os = "linux")]
mod synced_downloads;
#[cfg(target_os = "linux")]
mod system_calls;
mod term;
mod terminal;
mod tls;
mod transfers;
mod trees;
mod usage;
