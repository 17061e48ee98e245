//! The reports of `AT+QNTP`, `AT+QIDNSGIP` and `AT+QPING` of GSM modules (COMMON 11.3).

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::module::internet::answer::{EchoReport, InternetError};

/// Bytes of an echo request, and the hops that are left to its answer, which the system does not tell.
const SIZE: u8 = 32;
const HOPS: u8 = 255;

/// Returns `+QNTP: 0`, or the number of an error.
pub(super) fn time(command: &str, time: Result<&str, InternetError>) -> Vec<u8> {
    let number = match time {
        Ok(_) => 0,
        Err(InternetError::BadAnswer) => 2,
        Err(InternetError::UnknownHost) => 4,
        Err(InternetError::Unreachable) => 6,
        Err(InternetError::Timeout) => 7,
        Err(InternetError::NotPermitted) => 1,
    };
    format!("{command}: {number}").into_bytes()
}

/// Returns a line for each address, and nothing around it, or `ERROR: <number>`.
pub(super) fn addresses(found: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>> {
    match found {
        Ok(found) => {
            let each = found
                .iter()
                .map(|address| format!("{address}").into_bytes());
            each.collect()
        }
        Err(InternetError::Timeout) => Vec::from([b"ERROR: 5".to_vec()]),
        Err(InternetError::UnknownHost) => Vec::from([b"ERROR: 4".to_vec()]),
        Err(_) => Vec::from([b"ERROR: 3".to_vec()]),
    }
}

/// Returns `+QPING: 0,192.0.2.7,32,<ms>,<hops>`, `+QPING: 1`, or the line of the end.
pub(super) fn echo(report: EchoReport) -> Vec<u8> {
    let text = match report {
        EchoReport::Back(address, time) => {
            format!("0,{address},{SIZE},{},{HOPS}", time.as_millis())
        }
        EchoReport::Lost | EchoReport::Failed(InternetError::NotPermitted) => "1".into(),
        EchoReport::Failed(InternetError::UnknownHost) => "4".into(),
        EchoReport::Failed(_) => "5".into(),
        EchoReport::Total(total) => format!("2,{}", total.text()),
    };
    format!("+QPING: {text}").into_bytes()
}
