//! What a lab needs: a server, a module, and the demonstration that joins them.

#![cfg(unix)]

mod background;
mod bench_line;
mod check;
mod check_pairs;
#[cfg(feature = "serve")]
mod demo;
#[cfg(feature = "serve")]
mod demo_picture;
mod emulate;
mod emulate_control;
mod emulate_flood;
#[cfg(feature = "serve")]
mod emulate_record;
#[cfg(feature = "serve")]
mod killed_upload;
mod left_behind;
mod rfc2217;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod serve_attacks;
#[cfg(feature = "serve")]
mod serve_tls;
