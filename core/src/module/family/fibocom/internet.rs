//! The report of `AT+MIPNTP` of Fibocom's modules (COMMON 11.3). They have no command for names and echo.

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::module::internet::answer::{EchoReport, InternetError};

/// Returns `+MIPNTP: 1`, or 0 for a failure.
pub(super) fn time(command: &str, time: Result<&str, InternetError>) -> Vec<u8> {
    format!("{command}: {}", u8::from(time.is_ok())).into_bytes()
}

pub(super) fn addresses(_: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>> {
    Vec::new()
}

pub(super) fn echo(_: EchoReport) -> Vec<u8> {
    Vec::new()
}
