//! The engines in memory, under a simulated clock: no socket, no server, no root.

mod citations;
#[cfg(feature = "std")]
mod client_listings;
#[cfg(feature = "std")]
mod client_trees;
mod client_waits;
mod codes_page;
#[cfg(feature = "std")]
mod command_counts;
mod commands_page;
mod conformance;
mod conversations;
#[cfg(feature = "std")]
mod dialect_pages;
#[cfg(feature = "std")]
mod download_counts;
mod errors;
mod format;
mod ftp_conversations;
mod host_data_address;
mod host_engine;
mod host_tls;
mod host_trace;
#[cfg(feature = "std")]
mod line_share;
mod lte_clauses;
mod module_around;
mod module_bounds;
mod module_buffer;
mod module_disorder;
mod module_engine;
mod module_input;
mod module_pacing;
#[cfg(feature = "std")]
mod module_port;
mod module_requests;
mod module_restart;
mod module_secrets;
mod module_states;
mod module_tls;
mod module_urcs;
mod pair_busy_logins;
mod pair_cancellations;
mod pair_failures;
mod pair_families;
mod pair_logins;
mod pair_operations;
mod pair_pieces;
mod pair_quirks;
mod pair_restarts;
mod pair_states;
mod probe;
mod progress;
mod quirks;
mod recipes;
mod recordings;
mod records;
mod support;
mod tables;

use qftp_test::{harness, pair};
