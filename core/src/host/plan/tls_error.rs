//! The reason for which a handshake failed, as far as the module knows it.
//!
//! The family asks the module for it. Where dates may be the reason, the host adds the module's clock: one that is not
//! set is the likeliest of all.

use alloc::format;
use alloc::string::String;

use crate::codes::ModuleCode;
use crate::dialect::Dialect;
use crate::host::error::HostError;
use crate::host::step::outcome::Outcome;
use crate::host::step::{SHORT, Step};

/// Returns `true` if a failed opening may be one of TLS: 631, or Fibocom's 0, which gives no reason (003 §1.2.1).
pub(crate) fn may_be_tls(failure: &HostError) -> bool {
    matches!(
        failure,
        HostError::Module {
            code: ModuleCode::TLS,
            ..
        } | HostError::Module {
            raw_code: 0,
            reply: None,
            ..
        }
    )
}

/// Adds the module's reason to the failure.
pub(crate) fn with_reason(failure: HostError, why: Option<String>) -> HostError {
    let HostError::Module {
        command,
        code,
        raw_code,
        ..
    } = failure
    else {
        return failure;
    };
    if why.is_none() && code != ModuleCode::TLS {
        // Not of TLS: the module knows of no error there.
        return HostError::Module {
            command,
            code,
            reply: None,
            raw_code,
            peer_address: false,
        };
    }
    HostError::Handshake {
        command,
        raw_code,
        why,
        clock: None,
    }
}

/// Returns `true` if the clock may be the reason: the failure is about dates, or the reason is unknown.
pub(crate) fn may_be_dates(failure: &HostError) -> bool {
    let HostError::Handshake { why, .. } = failure else {
        return false;
    };
    why.as_deref().is_none_or(|why| {
        let why = why.to_ascii_lowercase();
        ["expired", "not yet valid", "date", "time"]
            .iter()
            .any(|word| why.contains(word))
    })
}

/// Makes the question for the module's clock.
pub(crate) fn clock_question(dialect: &'static Dialect) -> Step {
    Step {
        name: "+CCLK",
        ..Step::plain(dialect, b"AT+CCLK?\r", SHORT)
    }
}

/// Adds the module's clock to the failure: `+CCLK: "26/11/21,10:43:00+04"`.
pub(crate) fn with_clock(failure: HostError, answer: &Outcome) -> HostError {
    match (failure, answer.information_fields().and_then(clock)) {
        (
            HostError::Handshake {
                command,
                raw_code,
                why,
                ..
            },
            clock @ Some(_),
        ) => HostError::Handshake {
            command,
            raw_code,
            why,
            clock,
        },
        (failure, _) => failure,
    }
}

/// Reads `"26/11/21,10:43:00+04"` as `2026-11-21 10:43:00`; clocks that were never set stand in 1970 or 1980.
fn clock(fields: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(fields.trim_ascii()).ok()?;
    let (date, time) = text.trim_matches('"').split_once(',')?;
    let mut parts = date.splitn(3, '/');
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    let time = time.get(..8)?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if ![year, month, day]
        .into_iter()
        .chain(time.splitn(3, ':'))
        .all(digits)
    {
        return None;
    }
    let century = if year < "70" { "20" } else { "19" };
    Some(format!("{century}{year}-{month}-{day} {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_in_both_centuries() {
        for (fields, expected) in [
            (
                &b"\"26/11/21,10:43:00+04\""[..],
                Some("2026-11-21 10:43:00"),
            ),
            (b"\"80/01/06,00:00:01\"", Some("1980-01-06 00:00:01")),
            (b"\"70/01/01,00:00:01\"", Some("1970-01-01 00:00:01")),
            (b"\"69/12/31,23:59:59\"", Some("2069-12-31 23:59:59")),
            (b"\"26/11/21\"", None),
            (b"\"2026/11/21,10:43:00\"", None),
            (b"\"26/11/21,10:43\"", None),
            (b"\"\xff", None),
        ] {
            assert_eq!(
                clock(fields).as_deref(),
                expected,
                "{}",
                fields.escape_ascii()
            );
        }
    }
}
