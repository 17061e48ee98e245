//! Why a handshake failed, as far as the module knows.
//!
//! `AT+QIGETERROR` of LTE modules gives a number and words, `AT+GTSSLERR?` of Fibocom's a number (COMMON 2.1, 8.2).
//! Where dates may be the reason, the module's clock is shown: one that is not set is the likeliest of all.

use alloc::format;
use alloc::string::{String, ToString};

use super::HostError;
use super::step::{Outcome, SHORT, Step};
use crate::at::{self, Fields, Line, Token};
use crate::codes::ModuleCode;
use crate::dialect::Family;

/// Longest words of a module kept in an error, in bytes.
const CUT: usize = 120;

/// The question why.
pub(super) fn question(family: Family) -> Option<Step> {
    let (name, line): (_, &[u8]) = match family {
        Family::Lte => ("+QIGETERROR", b"AT+QIGETERROR\r"),
        Family::Fibocom => ("+GTSSLERR", b"AT+GTSSLERR?\r"),
        Family::Gsm => return None,
    };
    Some(Step {
        name,
        family,
        ..Step::plain(line, SHORT)
    })
}

/// The question what time it is.
pub(super) fn clock() -> Step {
    Step {
        name: "+CCLK",
        ..Step::plain(b"AT+CCLK?\r", SHORT)
    }
}

/// Whether a failed opening may be one of TLS: 631, or Fibocom's 0, which gives no reason (003 §1.2.1).
pub(super) fn may_be_tls(failure: &HostError) -> bool {
    matches!(
        failure,
        HostError::Module {
            code: ModuleCode::TLS,
            ..
        }
    ) || matches!(
        failure,
        HostError::Module {
            raw_code: 0,
            reply: None,
            ..
        }
    )
}

/// The failure, with what the module answered to the question why.
pub(super) fn explained(failure: HostError, family: Family, answer: &Outcome) -> HostError {
    let HostError::Module {
        command,
        code,
        raw_code,
        ..
    } = failure
    else {
        return failure;
    };
    let why = match family {
        Family::Fibocom => fibocom(answer),
        _ => lte(answer),
    };
    if why.is_none() && code != ModuleCode::TLS {
        // Not of TLS: the module knows of no error there.
        return HostError::Module {
            command,
            code,
            reply: None,
            raw_code,
        };
    }
    HostError::Handshake {
        command,
        raw_code,
        why,
        clock: None,
    }
}

/// Whether the clock may be the reason: it is about dates, or nobody knows.
pub(super) fn may_be_dates(failure: &HostError) -> bool {
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

/// The failure, with what the module's clock says: `+CCLK: "26/11/21,10:43:00+04"`.
pub(super) fn at_time(failure: HostError, answer: &Outcome) -> HostError {
    match (failure, fields(answer).and_then(time)) {
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

fn fields(answer: &Outcome) -> Option<&[u8]> {
    match at::parse_reply(answer.information.last()?) {
        Line::Information { fields, .. } => Some(fields),
        _ => None,
    }
}

/// `566,certificate has expired`; `0,operate successfully` is no reason.
fn lte(answer: &Outcome) -> Option<String> {
    let mut fields = Fields::new(fields(answer)?);
    let number = fields.next()?.ok().and_then(Token::integer)?;
    let words = fields.rest().trim_ascii();
    let words = &words[..words.len().min(CUT)];
    (number != 0 && !words.is_empty()).then(|| words.escape_ascii().to_string())
}

/// The groups of COMMON 8.2; 0 is no error.
fn fibocom(answer: &Outcome) -> Option<String> {
    let digits = fields(answer)?.trim_ascii().strip_prefix(b"-")?;
    let number = at::parse_integer(digits)?;
    let group = match number {
        7..=9 | 20 => "the handshake failed",
        11 => "the certificate or its dates are not accepted",
        12..=19 => "the module cannot use the certificates that it was given",
        _ => "TLS failed",
    };
    Some(format!("{group} (GTSSLERR -{number})"))
}

/// `"26/11/21,10:43:00+04"` as `2026-11-21 10:43:00`; clocks that were never set stand in 1970 or 1980.
fn time(fields: &[u8]) -> Option<String> {
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

/// What to try: words of OpenSSL, of which the emulator's reasons are, and of modules.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &["expired", "not yet valid", "dates"],
        "set the module's clock (AT+CCLK), or have the server's certificate renewed",
    ),
    (
        &["mismatch", "hostname", "host name"],
        "log in by the name that the server's certificate is made out to",
    ),
    (
        &[
            "issuer",
            "self-signed",
            "self signed",
            "unknown ca",
            "authority",
        ],
        "give the certificate of the authority that issued the server's certificate as CA",
    ),
    (
        &["certificate required", "bad certificate"],
        "the server wants a client certificate that it knows: give one with its key",
    ),
    (
        &[
            "protocol version",
            "unsupported protocol",
            "no shared cipher",
            "handshake failed",
            "wrong version",
        ],
        "let the server take the TLS versions and ciphers of the module; check port, and implicit against explicit",
    ),
];

/// What to try about a reason.
pub(super) fn advice(why: &str) -> Option<&'static str> {
    let why = why.to_ascii_lowercase();
    ADVICE
        .iter()
        .find(|(words, _)| words.iter().any(|word| why.contains(word)))
        .map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn answer(line: &[u8]) -> Outcome {
        Outcome {
            information: vec![line.to_vec()],
            ..Outcome::default()
        }
    }

    #[test]
    fn reasons_are_read_and_no_reason_is_none() {
        let lte_cases: &[(&[u8], Option<&str>)] = &[
            (
                b"+QIGETERROR: 566,certificate has expired",
                Some("certificate has expired"),
            ),
            (
                b"+QIGETERROR: 552, invalid parameters",
                Some("invalid parameters"),
            ),
            (b"+QIGETERROR: 0,operate successfully", None),
            (b"+QIGETERROR: 566", None),
            (b"+QIGETERROR: x", None),
        ];
        for (line, expected) in lte_cases {
            assert_eq!(lte(&answer(line)).as_deref(), *expected);
        }
        for (line, expected) in [
            (&b"+GTSSLERR: -11"[..], Some("dates")),
            (b"+GTSSLERR: -20", Some("handshake failed")),
            (b"+GTSSLERR: -12", Some("cannot use")),
            (b"+GTSSLERR: -19", Some("cannot use")),
            (b"+GTSSLERR: -21", Some("TLS failed")),
            (b"+GTSSLERR: 0", None),
        ] {
            let why = fibocom(&answer(line));
            assert_eq!(why.is_some(), expected.is_some());
            assert!(
                why.unwrap_or_default()
                    .contains(expected.unwrap_or_default())
            );
        }
        assert_eq!(lte(&Outcome::default()), None);
    }

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
                time(fields).as_deref(),
                expected,
                "{}",
                fields.escape_ascii()
            );
        }
    }

    #[test]
    fn advice_fits_the_reason() {
        for (why, advised) in [
            ("certificate has expired", "clock"),
            (
                "the certificate or its dates are not accepted (GTSSLERR -11)",
                "clock",
            ),
            ("IP address mismatch", "made out to"),
            ("unable to get local issuer certificate", "as CA"),
            ("tlsv13 alert certificate required", "client certificate"),
            ("wrong version number", "explicit"),
        ] {
            assert!(
                advice(why).is_some_and(|text| text.contains(advised)),
                "{why}"
            );
        }
        assert_eq!(advice("connect failed"), None);
    }
}
