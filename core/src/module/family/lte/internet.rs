//! The reports of `AT+QNTP`, `AT+QIDNSGIP` and `AT+QPING` of LTE modules (COMMON 11.3).

use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::module::internet::answer::{EchoReport, InternetError};

/// Bytes of an echo request, and the hops that are left to its answer, which the system does not tell.
const SIZE: u8 = 32;
const HOPS: u8 = 255;
/// The time for which a name keeps its addresses, which the system does not tell either.
const TTL: u16 = 600;

/// Returns the number of an error, as `AT+QIGETERROR` has them (COMMON 2.1).
fn number(error: InternetError) -> u16 {
    match error {
        InternetError::UnknownHost => 565,
        InternetError::Unreachable => 566,
        InternetError::BadAnswer => 550,
        InternetError::Timeout | InternetError::NotPermitted => 569,
    }
}

/// Returns `+QNTP: 0,"2026/11/21,10:43:00+00"` or `+QNTP: 565`.
pub(super) fn time(command: &str, time: Result<&str, InternetError>) -> Vec<u8> {
    let text = match time {
        Ok(time) => format!("{command}: 0,\"{time}\""),
        Err(error) => format!("{command}: {}", number(error)),
    };
    text.into_bytes()
}

/// Returns `+QIURC: "dnsgip",0,<count>,<ttl>` and a line for each address, or `+QIURC: "dnsgip",565`.
pub(super) fn addresses(found: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>> {
    let name = "+QIURC: \"dnsgip\"";
    let lines = match found {
        Err(error) => Vec::from([format!("{name},{}", number(error))]),
        Ok(found) => {
            let head = format!("{name},0,{},{TTL}", found.len());
            let each = found.iter().map(|address| format!("{name},\"{address}\""));
            core::iter::once(head).chain(each).collect()
        }
    };
    lines.into_iter().map(Into::into).collect()
}

/// Returns `+QPING: 0,"192.0.2.7",32,<ms>,<hops>`, `+QPING: 569`, or the line of the end.
pub(super) fn echo(report: EchoReport) -> Vec<u8> {
    let text = match report {
        EchoReport::Back(address, time) => {
            format!("0,\"{address}\",{SIZE},{},{HOPS}", time.as_millis())
        }
        EchoReport::Lost => format!("{}", number(InternetError::Timeout)),
        EchoReport::Failed(error) => format!("{}", number(error)),
        EchoReport::Total(total) => format!("0,{}", total.text()),
    };
    format!("+QPING: {text}").into_bytes()
}
